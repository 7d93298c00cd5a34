import {setTimeout as sleep} from 'node:timers/promises'
import type {CallToolResult, Tool, Transport} from '@modelcontextprotocol/client'
import {
  Client,
  ProtocolError,
  SdkError,
  SdkErrorCode,
  StreamableHTTPClientTransport,
} from '@modelcontextprotocol/client'
import {getDefaultEnvironment, StdioClientTransport} from '@modelcontextprotocol/client/stdio'
import {defined} from '../../kit/defined.ts'
import {EssenceError, messageOf} from '../../kit/errors.ts'
import {backoffMs} from '../../kit/flow/backoff.ts'
import {retry} from '../../kit/flow/retry.ts'
import {redact} from '../../kit/secret.ts'
import type {McpServerEntry} from './servers-file.ts'

/** One server, started again with growing pauses whenever it ends or cannot be reached. */
export interface McpConnection {
  /** What it offered when it was first there; waits for that. */
  readonly offered: Promise<readonly Tool[]>
  /** Why it cannot be called now. */
  readonly problem: string | undefined
  /** @throws ENGINE_UNAVAILABLE (it is not there), and what the server says */
  call(tool: string, input: Record<string, unknown>, signal: AbortSignal): Promise<CallToolResult>
  close(): Promise<void>
}

export interface ConnectionOptions {
  /** ms from start to list of tools. Default 30 000. */
  connectTimeoutMs?: number | undefined
  /** First pause before it is started again, in ms, doubled each time up to a minute. Default 1000. */
  firstPauseMs?: number | undefined
}

const maxPauseMs = 60_000
/** A server that lived this long, in ms, begins again with the first pause. */
const stableMs = 30_000
/** The toolbox limits calls; the library's own limit is only to be longer. */
const callTimeoutMs = 3_600_000
const lastWords = 500
/** ms that a server over HTTP has to end its session. */
const farewellMs = 1000

export const connectMcpServer = (
  name: string,
  server: McpServerEntry,
  {connectTimeoutMs = 30_000, firstPauseMs = 1000}: ConnectionOptions = {},
): McpConnection => {
  const closing = new AbortController()
  const offered = Promise.withResolvers<readonly Tool[]>()
  let problem: string | undefined = 'it is starting'
  let current: {client: Client; lose: (error: unknown) => void} | undefined
  /** Protocols of before 2026-07-28 are found by asking; a server of one is not asked twice. */
  let isLegacy = false
  let stable = 0

  /** Connects, and lasts as long as the connection. @throws why it ended */
  const live = async (): Promise<never> => {
    const client = new Client(
      {name: 'essence', version: '0'},
      {versionNegotiation: {mode: 'auto', probe: {timeoutMs: connectTimeoutMs / 2}}},
    )
    const {transport, said} = transportTo(server)
    const started = performance.now()
    try {
      const lost = Promise.withResolvers<never>()
      lost.promise.catch(() => {})
      client.onclose = () => lost.reject(new Error('it ended'))
      closing.signal.addEventListener('abort', lost.reject, {once: true})
      const signal = AbortSignal.any([closing.signal, AbortSignal.timeout(connectTimeoutMs)])
      // The library's first question, which finds the protocol, hears no signal.
      const giveUp = (): void => void transport.close().catch(() => {})
      signal.addEventListener('abort', giveUp, {once: true})
      await client.connect(transport, {signal, ...defined({prior: isLegacy ? ({kind: 'legacy'} as const) : undefined})})
      isLegacy = client.getProtocolEra() === 'legacy'
      const {tools} = await client.listTools(undefined, {signal})
      signal.removeEventListener('abort', giveUp)
      current = {client, lose: lost.reject}
      problem = undefined
      offered.resolve(tools)
      return await lost.promise
    } catch (error) {
      problem = redact([messageOf(error), said()].filter(Boolean).join(': '))
      throw error
    } finally {
      current = undefined
      if (performance.now() - started > stableMs) stable++
      if (transport instanceof StreamableHTTPClientTransport && closing.signal.aborted)
        await Promise.race([transport.terminateSession().catch(() => {}), sleep(farewellMs, undefined, {ref: false})])
      await client.close().catch(() => {})
    }
  }

  const lifetime = retry(live, {
    retryable: () => true,
    pause: failures => backoffMs(failures, firstPauseMs, maxPauseMs),
    progress: () => stable,
    signal: closing.signal,
  }).catch(() => {})

  return {
    offered: offered.promise,
    get problem() {
      return problem
    },
    async call(tool, input, signal) {
      const now = current
      if (!now) throw new EssenceError('ENGINE_UNAVAILABLE', `The MCP server ${name} is not there: ${problem}`)
      try {
        return await now.client.callTool({name: tool, arguments: input}, {signal, timeout: callTimeoutMs})
      } catch (error) {
        if (!signal.aborted && isLost(error)) now.lose(error)
        throw error
      }
    },
    async close() {
      closing.abort()
      await lifetime
    },
  }
}

/** Whether the connection is of no more use; not where the server refused one call, or answered it badly. */
const isLost = (error: unknown): boolean => {
  if (error instanceof ProtocolError) return false
  return !(error instanceof SdkError) || !oneCallOnly.has(error.code)
}
const oneCallOnly = new Set<string>([
  SdkErrorCode.RequestTimeout,
  SdkErrorCode.CapabilityNotSupported,
  SdkErrorCode.InvalidResult,
  SdkErrorCode.UnsupportedResultType,
  SdkErrorCode.InputRequiredRoundsExceeded,
])

/** @returns with the last words of its standard error, where it has one */
const transportTo = (server: McpServerEntry): {transport: Transport; said: () => string} => {
  if ('url' in server) {
    const requestInit = {headers: server.headers, redirect: 'error'} as const
    return {transport: new StreamableHTTPClientTransport(new URL(server.url), {requestInit}), said: () => ''}
  }
  const {command, args, env, cwd} = server
  const transport = new StdioClientTransport({
    command,
    args,
    ...defined({cwd}),
    env: {...getDefaultEnvironment(), ...env},
    stderr: 'pipe',
  })
  let words = ''
  transport.stderr?.on('data', (chunk: Buffer) => {
    words = (words + chunk.toString('utf8')).slice(-lastWords)
  })
  return {transport, said: () => words.trim().split('\n').at(-1) ?? ''}
}
