import type {Readable} from 'node:stream'
import type {ClientChannel} from 'ssh2'
import {EssenceError} from '../../../kit/errors.ts'
import type {Connection} from '../log-in.ts'

/** A command that runs on a host. */
export interface RemoteCommand {
  channel: ClientChannel
  /** Resolves when it ended: its exit status, or what ended it. */
  ended: Promise<{status: number | undefined; signal?: string | undefined}>
  /** The last of what it wrote to standard error. */
  complaint(): string
}

/** Quotes a word for whatever shell the account has: POSIX shells, fish and csh agree on this form. */
export const quote = (word: string): string => {
  if (/[\0\n\r!\\]/.test(word)) {
    throw new EssenceError('USAGE', `${JSON.stringify(word)} has characters that not every shell takes.`, {
      suggestions: ['Use a path without line ends, exclamation marks and backslashes.'],
    })
  }
  return `'${word.replaceAll("'", `'"'"'`)}'`
}

/**
 * A command line that runs a script with `sh`, whatever shell the account has.
 * @param script one line, without single quotes, backslashes and exclamation marks
 */
export const shellCommand = (script: string, ...args: string[]): string =>
  ['exec sh -c', `'${script}'`, 'sh', ...args.map(quote)].join(' ')

/**
 * Starts a command on a host.
 * @throws REMOTE_UNREACHABLE, SSH_REFUSED when the host runs no commands for this account
 */
export const startCommand = async (connection: Connection, command: string): Promise<RemoteCommand> => {
  const channel = await new Promise<ClientChannel>((resolve, reject) => {
    if (connection.lost()) {
      reject(connectionLost(connection))
      return
    }
    connection.client.exec(command, (error, opened) => {
      if (!error) resolve(opened)
      else reject(connection.lost() ? connectionLost(connection) : refused(connection, error))
    })
  })
  let said = ''
  channel.stderr.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-4000)
  })
  const {promise: ended, resolve} = Promise.withResolvers<{status: number | undefined; signal?: string | undefined}>()
  let status: number | undefined
  let signal: string | undefined
  channel.on('exit', (code: number | null, name?: string) => {
    status = code ?? undefined
    signal = name
  })
  channel.on('close', () => resolve({status, signal}))
  // What went wrong with it is told by how it ended.
  channel.on('error', () => {})
  return {channel, ended, complaint: () => said.trim()}
}

/** Bytes of output that are kept; what we run says little. */
const maxOutputLength = 2 ** 20

/**
 * Runs a command to its end.
 * @param options.input what it reads; nothing by default
 * @param options.limitMs after which it is given up
 * @throws REMOTE_UNREACHABLE when the connection is lost; TIMED_OUT; what the input fails with
 */
export const runCommand = async (
  connection: Connection,
  command: string,
  {input, limitMs}: {input?: Readable; limitMs?: number} = {},
): Promise<{status: number; output: string; complaint: string}> => {
  const broken = Promise.withResolvers<never>()
  broken.promise.catch(() => {})
  input?.once('error', broken.reject)
  try {
    const {channel, ended, complaint} = await startCommand(connection, command)
    let output = ''
    channel.setEncoding('utf8').on('data', (text: string) => {
      output = (output + text).slice(0, maxOutputLength)
    })
    const late = Promise.withResolvers<never>()
    // The other side may not even close the channel when it is asked to.
    const timer =
      limitMs === undefined ? undefined : setTimeout(() => late.reject(silent(connection, limitMs)), limitMs)
    // A command may end before it has read all; its status says why. So it is no pipeline, which would fail then.
    if (input) input.pipe(channel)
    else channel.end()
    const {status} = await Promise.race([ended, late.promise, broken.promise])
      .catch(error => {
        channel.close()
        throw error
      })
      .finally(() => clearTimeout(timer))
    if (status === undefined && connection.lost()) throw connectionLost(connection)
    return {status: status ?? 255, output, complaint: complaint()}
  } finally {
    input?.destroy()
  }
}

const silent = ({name}: Connection, ms: number): EssenceError =>
  new EssenceError('TIMED_OUT', `The shell of ${name} did not come to an end within ${ms / 1000} s.`, {
    suggestions: ['See what its start files wait for: ssh HOST true'],
  })

/** @param during the step that was interrupted, with what holds after it */
export const connectionLost = ({name, lost}: Connection, during = 'the preparation'): EssenceError =>
  new EssenceError('REMOTE_UNREACHABLE', `The connection to ${name} was lost during ${during}.`, {
    suggestions: [
      'Run the same command again: what was uploaded is not uploaded anew.',
      `See what serves there: essence ps --host ${name}`,
    ],
    cause: lost(),
  })

const refused = ({name}: Connection, cause: Error): EssenceError =>
  new EssenceError('SSH_REFUSED', `${name} runs no command for this account: ${cause.message}.`, {
    suggestions: ['Use an account with a shell, whose key is not bound to one command.'],
    cause,
  })

/** What a shell on the host complained of, in words of the table. */
export const shellFailure = (
  name: string,
  what: string,
  {status, complaint}: {status: number; complaint: string},
): EssenceError => {
  const line = complaint.split('\n').at(-1) || `it ended with status ${status}`
  const message = `${what} on ${name} failed: ${line}`
  if (/no space left|quota exceeded|file too large/i.test(complaint)) {
    return new EssenceError('DISK_FULL', message, {
      suggestions: ['Make room there, or choose another place: --root FOLDER'],
    })
  }
  if (
    /permission denied|read-only file system|not permitted|not a directory|file exists|cannot create/i.test(complaint)
  ) {
    return new EssenceError('OUTPUT_UNWRITABLE', message, {
      suggestions: ['Give that user the right to write there, or choose another place: --root FOLDER'],
    })
  }
  return new EssenceError('PROGRAM_FAILED', message)
}
