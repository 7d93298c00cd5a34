import {EssenceError} from '@essence/core/kit/errors'

export interface HelloSettings {
  host: string
  /** 0 takes any free one. */
  port: number
}

const defaultPort = 8100

const readPort = (text: string | undefined): number => {
  if (!text) return defaultPort
  const port = Number(text)
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port
  throw new EssenceError('CONFIG_INVALID', `HELLO_PORT is "${text}", but must be a port: 0 to 65535.`, {
    suggestions: [`Leave it away for ${defaultPort}.`],
  })
}

/**
 * The settings of this service: flags, then the environment, then defaults.
 * @throws CONFIG_INVALID
 */
export const helloSettings = (
  flags: {host?: string | undefined; port?: number | undefined},
  env: NodeJS.ProcessEnv = process.env,
): HelloSettings => ({
  host: flags.host ?? (env['HELLO_HOST'] || '127.0.0.1'),
  port: flags.port ?? readPort(env['HELLO_PORT']),
})
