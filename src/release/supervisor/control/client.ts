import {connect, type Socket} from 'node:net'
import {setTimeout as pause} from 'node:timers/promises'
import type * as z from 'zod'
import {EssenceError, systemCodeOf, throwIfCancelled} from '../../../kit/errors.ts'
import {ByteLines} from '../../../kit/flow/byte-lines.ts'
import {isAlive} from '../../../kit/process/identity.ts'
import type {ServiceControl} from '../../host/control.ts'
import type {HostEvent} from '../../host/events.ts'
import {failureError} from '../../host/failure.ts'
import type {ServiceLayout} from '../../host/layout.ts'
import {hostReplySchema} from '../../host/protocol.ts'
import {assertPrivate, supervisorPaths} from '../paths.ts'
import {type ControlRequest, stoppedSchema, supervisedStateSchema, switchedSchema} from './protocol.ts'

/** `Supervision.connect` */
export const connectControl = async (layout: ServiceLayout): Promise<ServiceControl | undefined> => {
  const {controlSocket, sockets, folder} = supervisorPaths(layout)
  if (sockets !== folder) {
    const found = await assertPrivate(sockets).then(
      () => true,
      error => {
        if (systemCodeOf(error) === 'ENOENT') return false
        throw error
      },
    )
    if (!found) return undefined
  }
  const control = controlOf(controlSocket)
  try {
    await control.status()
    return control
  } catch (error) {
    if (error instanceof NobodyListens) return undefined
    throw error
  }
}

/** No supervisor runs. */
class NobodyListens extends Error {}
const nobodyListens = new Set(['ENOENT', 'ENOTDIR', 'ECONNREFUSED'])

const controlOf = (path: string): ServiceControl => {
  const open = new Set<Socket>()
  const ask = <T extends z.ZodType>(request: ControlRequest, schema: T, how: AskOptions = {}): Promise<z.output<T>> =>
    askOnce(path, request, schema, how, open)
  return {
    status: () => ask({ask: 'status'}, supervisedStateSchema),
    switchTo: (request, onEvent, signal) => ask({ask: 'switch', request}, switchedSchema, {onEvent, signal}),
    async stop({drainMs}, onEvent) {
      const supervisor = await ask({ask: 'stop', drainMs}, stoppedSchema, {onEvent})
      while (await isAlive(supervisor)) await pause(20)
    },
    close() {
      for (const socket of open) socket.destroy()
    },
  }
}

interface AskOptions {
  onEvent?: (event: HostEvent) => void
  signal?: AbortSignal | undefined
}

const askOnce = async <T extends z.ZodType>(
  path: string,
  request: ControlRequest,
  schema: T,
  {onEvent = () => {}, signal}: AskOptions,
  open: Set<Socket>,
): Promise<z.output<T>> => {
  throwIfCancelled(signal)
  const socket = connect(path)
  open.add(socket)
  const cancel = (): void => void socket.end()
  try {
    return await new Promise((resolve, reject) => {
      const lines = new ByteLines(line => {
        const reply = hostReplySchema.parse(JSON.parse(line.toString()))
        if ('event' in reply) onEvent(reply.event)
        else if ('error' in reply) reject(failureError(reply.error))
        else resolve(schema.parse(reply.result))
      }, Number.POSITIVE_INFINITY)
      socket.on('connect', () => socket.write(`${JSON.stringify(request)}\n`))
      socket.on('data', chunk => {
        try {
          lines.push(chunk)
        } catch (error) {
          reject(error)
        }
      })
      socket.on('error', error => {
        const code = systemCodeOf(error)
        reject(nobodyListens.has(code ?? '') ? new NobodyListens() : error)
      })
      socket.on('close', () => {
        reject(
          new EssenceError('DEPLOY_FAILED', 'The supervisor ended before it answered.', {
            suggestions: ['See what runs: essence ps', 'Start it again: essence start SERVICE'],
          }),
        )
      })
      signal?.addEventListener('abort', cancel, {once: true})
    })
  } finally {
    signal?.removeEventListener('abort', cancel)
    open.delete(socket)
    socket.destroy()
  }
}
