import {createServer} from 'node:net'
import {systemCodeOf} from '../kit/errors.ts'
import {urlHost} from '../kit/url-host.ts'

/** Where a service will listen, and the settings that say so. */
export interface PortSetting {
  variables: {host: string; port: string}
  host: string
  port: number
}

export const portSettings = (ports: readonly {host: string; port: string}[], settings: object): PortSetting[] =>
  ports.map(variables => {
    const [host, port] = [Reflect.get(settings, variables.host), Reflect.get(settings, variables.port)]
    return {variables, host: String(host), port: Number(port)}
  })

/** The system's error for why a process cannot listen there; undefined where it can. It is tried, as the service would. */
export const refusalToListen = ({host, port}: PortSetting): Promise<Error | undefined> =>
  new Promise(resolve => {
    const server = createServer()
    server.once('error', resolve)
    server.listen({host, port}, () => server.close(() => resolve(undefined)))
  })

export const isTaken = (refusal: Error | undefined): boolean => systemCodeOf(refusal) === 'EADDRINUSE'

/** What a service of June says of itself, as far as others ask. */
export interface ToldHealth {
  service?: string
  status?: string
  pid?: number
  uptimeSeconds?: number
  checks?: Record<string, {status: string; detail?: string}>
}

/** What the service at an address tells of its health; undefined where there is none. */
export const askHealth = (url: string, waitMs = 2000): Promise<ToldHealth | undefined> =>
  fetch(url, {signal: AbortSignal.timeout(waitMs)})
    .then(async response => ((await response.json()) as ToldHealth | null) ?? undefined)
    .catch(() => undefined)

/** Where a service that listens there tells of its health, if this is the port for it. */
export const healthUrl = ({host, port}: PortSetting): string => {
  const here = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host
  return `http://${urlHost(here)}:${port}/health`
}
