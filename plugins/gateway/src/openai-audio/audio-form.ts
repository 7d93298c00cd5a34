import type {Readable} from 'node:stream'
import {openInput} from '@essence/core/audio/decode/input'
import type {AudioInput} from '@essence/core/audio/source'
import {EssenceError, isEssenceError, messageOf} from '@essence/core/kit/errors'
import type {FastifyRequest} from 'fastify'
import {refusal} from '../openai/errors.ts'

/** A form that was sent, read to its end. */
export interface AudioForm {
  /** By name, without `[]`; a name may come several times. */
  fields: Map<string, string[]>
  /** Kept in a file that has no name; whoever read the form closes it. */
  audio: AudioInput
}

/** What beside a recording a form may hold. */
const limits = {fieldNameSize: 100, fieldSize: 64 * 1024, fields: 64, files: 1, headerPairs: 64}

/**
 * Reads a form with a recording in its part `file`; the parts may come in any order.
 * @param maxBytes of the recording
 * @throws USAGE (no form, none with a file), AUDIO_EMPTY, AUDIO_TOO_LARGE, DISK_FULL, CANCELLED
 */
export const readAudioForm = async (
  request: FastifyRequest,
  {maxBytes, signal}: {maxBytes: number; signal: AbortSignal},
): Promise<AudioForm> => {
  let audio: AudioInput | undefined
  try {
    const announced = Number(request.headers['content-length'] ?? 0)
    if (announced > maxBytes + limits.fieldSize * 2) throw tooLarge(announced, maxBytes)
    if (!request.isMultipart())
      throw refusal('Expected a form (multipart/form-data) with the recording as file.', {param: 'file'})
    const fields = new Map<string, string[]>()
    // One byte more than is taken shows that there is more.
    const options = {limits: {...limits, fileSize: maxBytes + 1}, throwFileSizeLimit: false}
    for await (const part of request.parts(options)) {
      if (part.type === 'field') {
        const name = part.fieldname.replace(/\[\]$/, '')
        fields.set(name, [...(fields.get(name) ?? []), String(part.value)])
      } else if (part.fieldname === 'file') {
        audio = await openInput({stream: part.file}, maxBytes, signal)
      } else part.file.resume()
    }
    if (!audio) throw refusal('The form has no file.', {param: 'file', fault: 'missing_required_parameter'})
    return {fields, audio}
  } catch (error) {
    await audio?.[Symbol.asyncDispose]()
    leave(request.raw, maxBytes)
    // What the parser of forms says of one that is none.
    const isOwn = isEssenceError(error) || (error as {statusCode?: number}).statusCode !== undefined
    throw isOwn ? error : refusal(`The form cannot be read: ${messageOf(error)}.`, {param: 'file'})
  }
}

/** Reads away what still comes of a body, within reason, so that the client gets to read why it was refused. */
const leave = (body: Readable, maxBytes: number): void => {
  let left = maxBytes
  body.unpipe()
  body.on('data', (chunk: Uint8Array) => {
    left -= chunk.length
    if (left < 0) body.destroy()
  })
  body.resume()
}

const tooLarge = (bytes: number, maxBytes: number): EssenceError =>
  new EssenceError('AUDIO_TOO_LARGE', `The upload has ${bytes} bytes; at most ${maxBytes} are taken.`, {
    suggestions: ['Send a shorter piece, or a compressed one (OGG/Opus, M4A, MP3).'],
  })
