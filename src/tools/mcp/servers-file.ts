import {readFile} from 'node:fs/promises'
import * as z from 'zod'
import {EssenceError, messageOf} from '../../kit/errors.ts'
import {Secret} from '../../kit/secret.ts'

const values = z.record(z.string(), z.string())
/** Tools that do not ask first although they do not say that they only read. */
const trusted = z.array(z.string()).default([])

const stdioServer = z.strictObject({
  command: z.string().min(1),
  args: z.array(z.string()).default([]),
  env: values.default({}),
  cwd: z.string().optional(),
  trusted,
})
const httpServer = z.strictObject({url: z.url({protocol: /^https?$/}), headers: values.default({}), trusted})

const serversFile = z.strictObject({mcpServers: z.record(z.string().min(1), z.union([stdioServer, httpServer]))})

export type McpServerEntry = z.output<typeof stdioServer> | z.output<typeof httpServer>

const secretName = /key|token|secret|password|auth/i

/**
 * The servers of a file, by name, `${NAME}` in `env` and `headers` replaced by that variable. Such values, all headers, and what is named
 * like a secret are kept out of logs and messages.
 * @throws CONFIG_INVALID
 */
export const readMcpServers = async (
  path: string,
  environment: NodeJS.ProcessEnv,
): Promise<Map<string, McpServerEntry>> => {
  const fail = (why: string, cause?: unknown): EssenceError =>
    new EssenceError('CONFIG_INVALID', `The file of MCP servers, ${path}, cannot be used: ${why}`, {
      suggestions: [
        'MCP_SERVERS names a file as {"mcpServers": {NAME: {"command", "args", "env"} or {"url", "headers"}}}.',
      ],
      cause,
    })

  const fillIn = (server: string, given: Record<string, string>, isSecret: (name: string) => boolean) =>
    Object.fromEntries(
      Object.entries(given).map(([name, text]) => {
        const value = text.replaceAll(/\$\{(\w+)\}/g, (_, variable: string) => {
          const found = environment[variable]
          if (found === undefined)
            throw fail(`the server ${server} asks for the variable ${variable}, which is not set.`)
          return new Secret(found).reveal()
        })
        return [name, isSecret(name) ? new Secret(value).reveal() : value]
      }),
    )

  let json: unknown
  try {
    json = JSON.parse(await readFile(path, 'utf8'))
  } catch (cause) {
    throw fail(messageOf(cause), cause)
  }
  const parsed = serversFile.safeParse(json)
  if (!parsed.success) throw fail(z.prettifyError(parsed.error))
  const servers = Object.entries(parsed.data.mcpServers).map(([name, server]): [string, McpServerEntry] => [
    name,
    'url' in server
      ? {...server, headers: fillIn(name, server.headers, () => true)}
      : {...server, env: fillIn(name, server.env, variable => secretName.test(variable))},
  ])
  return new Map(servers)
}
