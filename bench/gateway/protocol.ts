import {fork} from 'node:child_process'
import {once} from 'node:events'
import {join} from 'node:path'

export interface ServerOptions {
  kind: 'gateway' | 'bare'
  maxConnections?: number
  /** Turns at once; default: the gateway's. */
  maxTurns?: number
}

export interface Usage {
  /** Of this process since its start, user and system. */
  cpuMs: number
  /** Bytes. */
  rss: number
  heapUsed: number
  /** Since it was last asked. */
  delayP99Ms: number
  /** Errors that nobody caught. */
  unhandled: string[]
}

export type Asked = 'usage' | 'collected' | 'close'
export type Told = {opened: {address: string; token: string}} | {usage: Usage}

/** Starts a server in a process of its own, from the sources. */
export const startServer = async (options: ServerOptions, nodeOptions: string[] = []) => {
  const child = fork(join(import.meta.dirname, 'server.ts'), [JSON.stringify(options)], {
    execArgv: ['--conditions=essence-source', '--expose-gc', ...nodeOptions],
    // Its log, as a service writes it, is not part of what is shown.
    stdio: ['ignore', 'inherit', 'ignore', 'ipc'],
  })
  const told = async (): Promise<Told> => {
    const gone = new AbortController()
    const message = once(child, 'message', {signal: gone.signal})
    message.catch(() => {})
    const ended = once(child, 'exit', {signal: gone.signal}).then(([code]) => {
      throw new Error(`The server under measurement ended with ${code}.`)
    })
    ended.catch(() => {})
    const [first] = await Promise.race([message, ended])
    gone.abort()
    return first as Told
  }
  const first = await told()
  const {address, token} = 'opened' in first ? first.opened : {address: '', token: ''}
  return {
    address,
    token,
    pid: child.pid,
    /** @param how `collected`: memory without what nothing holds any more */
    async usage(how: 'usage' | 'collected' = 'usage'): Promise<Usage> {
      child.send(how satisfies Asked)
      const answer = await told()
      if (!('usage' in answer)) throw new Error('The server answered something else.')
      return answer.usage
    },
    async close(): Promise<void> {
      const ended = once(child, 'exit')
      child.send('close' satisfies Asked)
      await ended
    },
  }
}

export type Server = Awaited<ReturnType<typeof startServer>>
