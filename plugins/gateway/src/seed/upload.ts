import {EssenceError, isEssenceError} from '@essence/core/kit/errors'
import type {Multipart} from '@fastify/multipart'
import type {FastifyRequest} from 'fastify'
import type {AudioBudget, HeldAudio} from './audio-budget.ts'

/** Bytes of an uploaded recording. */
export const maxUploadBytes = 50 * 1024 ** 2

const maxNameLength = 255
const endings = ['wav', 'mp3', 'ogg', 'flac', 'm4a', 'webm', 'opus']

export const uploadLimits = {
  // One more than is held: what is cut off there would go on being read, and never be refused.
  fileSize: maxUploadBytes + 1,
  files: 1,
  fields: 10,
  fieldSize: 1000,
  fieldNameSize: 100,
  parts: 11,
  headerPairs: 50,
}

/** A form with one recording, held until `held.drop()`. */
export interface AudioForm {
  held: HeldAudio
  fields: Record<string, string>
}

/**
 * Reads a form whose part `audio` is a recording; its other parts may come before or after.
 * @throws USAGE (no such part, a name that is none), AUDIO_TOO_LARGE, AUDIO_EMPTY, ENGINE_BUSY
 */
export const readAudioForm = async (request: FastifyRequest, budget: AudioBudget): Promise<AudioForm> => {
  if (!request.isMultipart()) {
    throw new EssenceError('USAGE', 'This takes a form (multipart/form-data) with a file in its part "audio".')
  }
  // Beside the recording there is little in a form.
  if (Number(request.headers['content-length'] ?? 0) > maxUploadBytes + 64 * 1024) throw tooLarge()
  const held = budget.hold(maxUploadBytes)
  const fields: Record<string, string> = {}
  try {
    let found = false
    for await (const part of request.parts()) {
      if (part.type === 'field') fields[part.fieldname] = String(part.value)
      else if (part.fieldname === 'audio') found = await readFile(part, held)
      else part.file.resume()
    }
    if (!found) throw new EssenceError('USAGE', 'The form has no file in its part "audio".')
    if (held.bytes === 0) throw new EssenceError('AUDIO_EMPTY', 'The file in the part "audio" is empty.')
    return {held, fields}
  } catch (error) {
    held.drop()
    throw formFault(error)
  }
}

/** What reads forms says of some faults of theirs only that they are faults. */
const formFault = (error: unknown): unknown =>
  isEssenceError(error) || (error as {statusCode?: number}).statusCode !== undefined
    ? error
    : new EssenceError('USAGE', 'The form cannot be read: it is broken, or ends early.', {cause: error})

const readFile = async ({filename, file}: Extract<Multipart, {type: 'file'}>, held: HeldAudio): Promise<true> => {
  checkName(filename)
  for await (const chunk of file) held.push(chunk)
  return true
}

/** The name is used for nothing; one that no recording has says that this is none. @throws USAGE */
const checkName = (name: string): void => {
  const ending = /\.(\w+)$/.exec(name)?.[1]?.toLowerCase()
  const fault =
    name.length > maxNameLength
      ? `has ${name.length} characters; at most ${maxNameLength} are taken`
      : /[/\\\0]|^\.\.?$/.test(name)
        ? 'has a path in it'
        : ending !== undefined && !endings.includes(ending)
          ? `ends in .${ending.slice(0, 20)}; expected one of ${endings.join(', ')}`
          : undefined
  if (fault) throw new EssenceError('USAGE', `The name of the file ${fault}.`)
}

const tooLarge = (): EssenceError =>
  new EssenceError('AUDIO_TOO_LARGE', `The file is larger than the ${maxUploadBytes} bytes that are taken.`)
