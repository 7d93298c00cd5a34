import type {Readable} from 'node:stream'
import {EssenceError} from '../../../kit/errors.ts'
import type {HostEvent} from '../../host/events.ts'
import {type Failure, failureError} from '../../host/failure.ts'
import {type HostReply, type HostRequest, hostReplySchema} from '../../host/protocol.ts'
import type {HostOperation, HostOperations} from '../../operations/port.ts'
import type {PreparedHost} from './prepare-host.ts'
import {connectionLost, type RemoteCommand, shellCommand, startCommand} from './remote-command.ts'

/** Reads so many bytes, a program, from standard input, and runs it with what follows; in one line, as it is an argument. */
const runFromInput = [
  'const fs=require("fs"),n=Number(process.argv[1]),b=Buffer.alloc(n);let at=0',
  'while(at<n){let r=0;try{r=fs.readSync(0,b,at,n-at)}catch(e){if(e.code==="EAGAIN")continue;throw e}if(r<1)process.exit(1);at+=r}',
  'import("data:text/javascript;base64,"+b.toString("base64"))',
].join(';')

/** Starts the host program there. */
export const startProgram = async (
  {connection, node, program}: PreparedHost,
  operation: string,
): Promise<RemoteCommand> => {
  if (typeof program === 'string')
    return startCommand(connection, shellCommand('exec "$1" "$2" "$3"', node, program, operation))
  const size = String(program.length)
  const words = shellCommand('exec "$1" -e "$2" "$3" "$4"', node, runFromInput, size, operation)
  const command = await startCommand(connection, words)
  command.channel.write(program)
  return command
}

export const requestLine = ({root}: PreparedHost, input: unknown): string =>
  `${JSON.stringify({root, input} satisfies HostRequest)}\n`

/** Calls back with the JSON of each line; what start files of the shell print is passed over. */
export const onJsonLines = (stream: Readable, onLine: (json: unknown) => void): void => {
  let rest = ''
  stream.setEncoding('utf8').on('data', (text: string) => {
    const lines = (rest + text).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) {
      let json: unknown
      try {
        json = JSON.parse(line)
      } catch {
        continue
      }
      onLine(json)
    }
  })
}

/** How the host program ended without a result. */
export const programEnded = async ({connection}: PreparedHost, command: RemoteCommand): Promise<EssenceError> => {
  const {status, signal} = await command.ended
  const how = signal ? `was ended by ${signal}` : `ended with status ${status ?? 'unknown'}`
  const said = command.complaint().split('\n').slice(-5).join('\n')
  return new EssenceError('PROGRAM_FAILED', `The host program on ${connection.name} ${how}${said ? `: ${said}` : ''}.`)
}

/** The error as it was there; commands it suggests are of that machine. */
export const failureThere = ({connection, root}: PreparedHost, failure: Failure): EssenceError => {
  const there = ` --host ${connection.name}${root === undefined ? '' : ` --root ${root}`}`
  const suggestions = failure.suggestions.map(step =>
    step.replace(/essence (?!build\b)[^;]*$/, command => command + there),
  )
  return failureError({...failure, suggestions})
}

/**
 * Does one operation on a host. When the signal aborts, the end of its standard input makes the program there undo what
 * it began; its answer is waited for.
 */
export const performThere = async <Name extends HostOperation>(
  host: PreparedHost,
  operation: Name,
  input: HostOperations[Name]['input'],
  {onEvent, signal}: {onEvent?: (event: HostEvent) => void; signal?: AbortSignal} = {},
): Promise<HostOperations[Name]['output']> => {
  const {connection} = host
  const command = await startProgram(host, operation)
  const {channel} = command
  let during = operation as string
  let answer: HostReply | undefined
  onJsonLines(channel, json => {
    const {data: reply} = hostReplySchema.safeParse(json)
    if (!reply) return
    if (!('event' in reply)) {
      answer = reply
      return
    }
    if (reply.event.type === 'step' && reply.event.state === 'started')
      during = `${operation}, in the step ${reply.event.step}`
    onEvent?.(reply.event)
  })
  const stop = (): void => void channel.end()
  signal?.addEventListener('abort', stop, {once: true})
  try {
    channel.write(requestLine(host, input))
    if (signal?.aborted) stop()
    await command.ended
  } finally {
    signal?.removeEventListener('abort', stop)
  }
  if (answer && 'error' in answer) throw failureThere(host, answer.error)
  // The program is of this very build, so its result is what its types say.
  if (answer && 'result' in answer) return answer.result as HostOperations[Name]['output']
  throw connection.lost() ? connectionLost(connection, during) : await programEnded(host, command)
}
