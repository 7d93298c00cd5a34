import {createReadStream} from 'node:fs'
import {Transform} from 'node:stream'
import * as z from 'zod'
import {EssenceError, isEssenceError, messageOf, throwIfCancelled} from '../../../kit/errors.ts'
import {type HostReply, hostReplySchema} from '../../host/protocol.ts'
import {type ReceiveInput, receiveOffsetSchema} from '../../operations/receive.ts'
import {failureThere, onJsonLines, programEnded, requestLine, startProgram} from './perform.ts'
import type {PreparedHost} from './prepare-host.ts'
import {connectionLost, type RemoteCommand} from './remote-command.ts'

interface Uploading {
  /** Bytes that are there, of the tarball's size. */
  onProgress?: (bytes: number) => void
  signal?: AbortSignal
}

/**
 * Brings a tarball to a host, from where an earlier try ended.
 * @returns its path there, once its digest was checked there
 * @throws INPUT_NOT_FOUND, DIGEST_MISMATCH, DISK_FULL, OUTPUT_UNWRITABLE, REMOTE_UNREACHABLE, CANCELLED
 */
export const uploadThere = async (
  host: PreparedHost,
  tarball: ReceiveInput & {path: string},
  uploading: Uploading = {},
): Promise<string> => {
  let resumed = false
  const once = (): Promise<string> =>
    uploadOnce(host, tarball, uploading, have => {
      resumed = have > 0
    })
  try {
    return await once()
  } catch (error) {
    // What an earlier try left was wrong, and is gone by now; a whole one tells whether the tarball is.
    if (resumed && isEssenceError(error) && error.code === 'DIGEST_MISMATCH') return once()
    throw error
  }
}

const uploadOnce = async (
  host: PreparedHost,
  {path, service, sha256, size}: ReceiveInput & {path: string},
  {onProgress, signal}: Uploading,
  onOffset: (have: number) => void,
): Promise<string> => {
  throwIfCancelled(signal)
  const command = await startProgram(host, 'receive')
  const {channel} = command
  const offset = Promise.withResolvers<number | undefined>()
  let answer: HostReply | undefined
  onJsonLines(channel, json => {
    const {data} = receiveOffsetSchema.safeParse(json)
    if (data) offset.resolve(data.have)
    else answer = hostReplySchema.safeParse(json).data ?? answer
  })
  command.ended.then(() => offset.resolve(undefined))
  const stop = (): void => void channel.close()
  signal?.addEventListener('abort', stop, {once: true})
  try {
    channel.write(requestLine(host, {service, sha256, size} satisfies ReceiveInput))
    const have = await offset.promise
    if (have !== undefined) {
      onOffset(have)
      onProgress?.(have)
      if (have < size) await sendRest(command, path, {have, size, onProgress})
    }
    await command.ended
  } finally {
    signal?.removeEventListener('abort', stop)
  }
  throwIfCancelled(signal)
  if (answer && 'error' in answer) throw failureThere(host, answer.error)
  const there = answer && 'result' in answer ? z.string().safeParse(answer.result).data : undefined
  if (there !== undefined) return there
  if (host.connection.lost()) throw connectionLost(host.connection, 'the upload')
  throw await programEnded(host, command)
}

/**
 * Sends a file from an offset on. An end before all was taken is told by the answer, or by its absence.
 * @throws INPUT_NOT_FOUND when the file cannot be read to its end, which the host would wait for
 */
const sendRest = async (
  {channel, ended}: RemoteCommand,
  path: string,
  {have, size, onProgress}: {have: number; size: number; onProgress: Uploading['onProgress']},
): Promise<void> => {
  let there = have
  const counted = new Transform({
    transform: (piece: Buffer, _, done) => {
      there += piece.length
      onProgress?.(there)
      done(null, piece)
    },
  })
  const file = createReadStream(path, {start: have, end: size - 1, highWaterMark: 2 ** 18})
  const whole = Promise.withResolvers<void>()
  // No pipeline, which would make the end of the channel an error of the file.
  file.once('error', whole.reject).pipe(counted).pipe(channel, {end: false})
  counted.once('end', () => {
    if (there === size) whole.resolve()
    else whole.reject(new Error(`it has ${there} bytes, not ${size} any more`))
  })
  try {
    await Promise.race([whole.promise, ended])
  } catch (cause) {
    channel.close()
    throw new EssenceError('INPUT_NOT_FOUND', `${path} could not be read to its end: ${messageOf(cause)}.`, {
      suggestions: ['It was changed or removed while it was sent: build it anew, or copy it again.'],
      cause,
    })
  } finally {
    file.destroy()
  }
}
