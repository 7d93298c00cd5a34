// The program that does operations on a host. It is bundled into one file, so that a host needs Node.js and nothing else.
//   node host-program.mjs OPERATION   reads `HostRequest` from standard input, one line; writes `HostReply`, one a line
//   node host-program.mjs receive     the same with `ReceiveInput`; a tarball follows the line
//   node host-program.mjs supervise FOLDER [LOGS]
import {stdin, stdout} from 'node:process'
import type * as z from 'zod'
import {EssenceError} from '../../kit/errors.ts'
import {describeFailure} from '../host/failure.ts'
import {thisHost} from '../host/host.ts'
import {type HostRoot, hostRoot} from '../host/layout.ts'
import {type HostReply, hostRequestSchema} from '../host/protocol.ts'
import {supervise} from '../supervisor/supervise.ts'
import {supervision} from '../supervisor/supervision.ts'
import {hostHandlers} from './handlers.ts'
import {isOperation, operationInputs} from './inputs.ts'
import type {HostOperation, OperationContext} from './port.ts'
import {receiveInputSchema, receiveTarball, splitRequest} from './receive.ts'

/** Bytes of a request. */
const maxRequestLength = 2 ** 20

/** The caller may be gone: what it began is then undone or finished without an answer. */
stdout.on('error', () => {})

const reply = (line: HostReply): void => {
  stdout.write(`${JSON.stringify(line)}\n`)
}

const malformed = (what: string): EssenceError => new EssenceError('USAGE', `The request of the host program ${what}.`)

/** Resolves with the first line of standard input; the rest is not read, and its end aborts. */
const firstLine = (gone: AbortController): Promise<string> =>
  new Promise((resolve, reject) => {
    let text = ''
    stdin.setEncoding('utf8')
    stdin.on('data', (part: string) => {
      if (text.includes('\n')) return
      text += part
      const end = text.indexOf('\n')
      if (end >= 0) resolve(text.slice(0, end))
      else if (text.length > maxRequestLength) reject(malformed('is too long'))
    })
    const end = (): void => {
      reject(malformed('has no line'))
      gone.abort(new EssenceError('CANCELLED', 'Whoever asked is gone.'))
    }
    stdin.on('end', end).on('error', end).on('close', end)
  })

const readRequest = <T>(line: string, schema: z.ZodType<T>): {root: HostRoot; input: T} => {
  let json: unknown
  try {
    json = JSON.parse(line)
  } catch {
    throw malformed('is no JSON')
  }
  const request = hostRequestSchema.safeParse(json)
  if (!request.success) throw malformed(`is wrong: ${request.error.issues[0]?.message}`)
  const input = schema.safeParse(request.data.input)
  if (input.success) return {root: hostRoot(request.data.root), input: input.data}
  const [issue] = input.error.issues
  throw malformed(`is wrong at ${issue?.path.join('.') || 'its root'}: ${issue?.message}`)
}

const perform = async <Name extends HostOperation>(
  operation: Name,
  line: string,
  context: OperationContext,
): Promise<unknown> => {
  const {root, input} = readRequest(line, operationInputs[operation])
  // It has no file where it came by standard input (ssh/transfer/perform.ts): then nothing is started.
  const host = thisHost({root, supervision, program: import.meta.filename ?? ''})
  return hostHandlers(host)[operation](input, context)
}

const receive = async (): Promise<string> => {
  const {line, rest} = await splitRequest(stdin, maxRequestLength)
  const {root, input} = readRequest(line, receiveInputSchema)
  return receiveTarball(root, input, rest, have => void stdout.write(`${JSON.stringify({have})}\n`))
}

const answer = async (operation: string): Promise<void> => {
  const gone = new AbortController()
  const stop = (): void => gone.abort(new EssenceError('CANCELLED', 'Stopped by a signal.'))
  process.on('SIGINT', stop).on('SIGTERM', stop).on('SIGHUP', stop)
  try {
    if (operation === 'receive') {
      reply({result: await receive()})
    } else {
      if (!isOperation(operation)) throw malformed(`names no operation: "${operation}"`)
      const line = await firstLine(gone)
      const onEvent: OperationContext['onEvent'] = event => reply({event})
      reply({result: await perform(operation, line, {onEvent, signal: gone.signal})})
    }
  } catch (error) {
    reply({error: describeFailure(error)})
    process.exitCode = 1
  }
  // An open standard input would keep the process.
  stdin.destroy()
}

const [operation = '', folder = '', logs] = process.argv.slice(2)
if (operation === 'supervise') await supervise(folder, {logs})
else await answer(operation)
