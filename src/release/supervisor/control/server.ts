import {chmod, rm} from 'node:fs/promises'
import {createServer, type Server, type Socket} from 'node:net'
import {EssenceError} from '../../../kit/errors.ts'
import {ByteLines} from '../../../kit/flow/byte-lines.ts'
import {identify} from '../../../kit/process/identity.ts'
import type {HostEvent} from '../../host/events.ts'
import {describeFailure} from '../../host/failure.ts'
import type {Supervisor} from '../supervisor.ts'
import {type ControlRequest, controlRequestSchema, maxRequestLength} from './protocol.ts'

/**
 * Listens for requests to the supervisor: of its own user alone.
 * @param onStopped the service is stopped on request, the answer is given: the supervisor may end
 */
export const serveControl = async (path: string, supervisor: Supervisor, onStopped: () => void): Promise<Server> => {
  // Left by one that was killed; the lock, which is held now, says that none runs.
  await rm(path, {force: true})
  // Half open: a client that takes a request back by ending still gets the result.
  const server = createServer({allowHalfOpen: true}, socket => serve(socket, supervisor, onStopped))
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(path, resolve)
  })
  await chmod(path, 0o600)
  return server
}

const serve = (socket: Socket, supervisor: Supervisor, onStopped: () => void): void => {
  const gone = new AbortController()
  const say = (reply: object): void => {
    if (!socket.destroyed) socket.write(`${JSON.stringify(reply)}\n`)
  }
  let asked = false
  const lines = new ByteLines(line => {
    if (asked) return
    asked = true
    answer(line, supervisor, event => say({event}), gone.signal).then(
      ({result, stopped}) => {
        say({result})
        socket.end(stopped ? onStopped : undefined)
      },
      error => {
        say({error: describeFailure(error)})
        socket.end()
      },
    )
  }, maxRequestLength)
  socket.on('data', chunk => lines.push(chunk))
  socket.on('end', () => {
    gone.abort()
    if (!asked) socket.end()
  })
  socket.on('close', () => gone.abort())
  socket.on('error', () => gone.abort())
}

const answer = async (
  line: Buffer,
  supervisor: Supervisor,
  onEvent: (event: HostEvent) => void,
  signal: AbortSignal,
): Promise<{result: unknown; stopped?: true}> => {
  const request = parse(line)
  if (request.ask === 'status') return {result: await supervisor.state()}
  if (request.ask === 'switch') return {result: await supervisor.switchTo(request.request, onEvent, signal)}
  await supervisor.stop(request.drainMs, onEvent)
  return {result: await identify(process.pid), stopped: true}
}

const parse = (line: Buffer): ControlRequest => {
  try {
    return controlRequestSchema.parse(JSON.parse(line.toString()))
  } catch (cause) {
    throw new EssenceError('BUG', 'The supervisor does not understand what it is asked.', {
      suggestions: ['It may be older than the release: stop the service and start it again.'],
      cause,
    })
  }
}
