import type {Readable} from 'node:stream'
import {openInput} from '@essence/core/audio/decode/input'
import type {AudioInput} from '@essence/core/audio/source'
import {EssenceError} from '@essence/core/kit/errors'
import type {FastifyRequest} from 'fastify'
import {readForm} from '../door/forms.ts'
import {refusal} from '../openai/errors.ts'

/** A form that was sent, read to its end. */
export interface AudioForm {
  /** By name, without `[]`; a name may come several times. */
  fields: Map<string, string[]>
  /** Kept in a file that has no name; whoever read the form closes it. */
  audio: AudioInput
}

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
  const refused = (message: string, {isMissing}: {isMissing?: boolean} = {}): EssenceError =>
    refusal(message, {param: 'file', fault: isMissing ? 'missing_required_parameter' : undefined})
  try {
    const fields = await readForm(request, {
      ...{part: 'file', maxBytes, refusal: refused},
      tooLarge: bytes => tooLarge(bytes, maxBytes),
      async take(stream) {
        audio = await openInput({stream}, maxBytes, signal)
      },
    })
    if (!audio) throw refused('The form has no file.', {isMissing: true})
    return {fields, audio}
  } catch (error) {
    await audio?.[Symbol.asyncDispose]()
    leave(request.raw, maxBytes)
    throw error
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
