import {type ChildProcess, spawn} from 'node:child_process'
import {once} from 'node:events'
import {existsSync} from 'node:fs'
import {delimiter, join} from 'node:path'
import {Secret} from '@essence/core/kit/secret'
import {freePort} from '../kit/free-port.ts'
import {temporaryFolder} from '../temporary-folder.ts'

const program = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin']
  .map(folder => join(folder, 'nats-server'))
  .find(existsSync)

/** Empty, or what the title of a test that is skipped ends with. */
export const noNats = program ? '' : ' (skipped: no nats-server)'

export interface NatsServer {
  url: Secret
  /** Ends it at once, as a crash does; what it keeps stays. */
  crash(): Promise<void>
  /** Starts it again, at the same address, over what it kept. */
  start(): Promise<void>
  stop(): Promise<void>
}

/** A NATS server of our own with JetStream, on a free port of loopback. */
export const startNats = async (): Promise<NatsServer> => {
  if (!program) throw new Error('There is no nats-server.')
  const folder = temporaryFolder()
  const port = await freePort()
  const run = async (): Promise<ChildProcess> => {
    const server = spawn(program, ['-js', '-sd', folder, '-a', '127.0.0.1', '-p', String(port)], {
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    await ready(server)
    return server
  }
  let server: ChildProcess | undefined = await run()
  const end = async (): Promise<void> => {
    const running = server
    server = undefined
    if (!running) return
    running.kill('SIGKILL')
    await once(running, 'exit')
  }
  return {
    url: new Secret(`nats://127.0.0.1:${port}`),
    crash: end,
    async start() {
      server ??= await run()
    },
    stop: end,
  }
}

const ready = (server: ChildProcess): Promise<void> =>
  new Promise((resolve, reject) => {
    let said = ''
    server.stderr?.on('data', piece => {
      said += piece
      if (said.includes('Server is ready')) resolve()
    })
    server.once('error', reject)
    server.once('exit', () => reject(new Error(`nats-server did not start: ${said}`)))
  })
