import {EssenceError} from '@essence/core/kit/errors'
import type {FastifyRequest} from 'fastify'
import {readForm} from '../door/forms.ts'
import type {AudioBudget, HeldAudio} from './audio-budget.ts'

/** Bytes of an uploaded recording. */
export const maxUploadBytes = 50 * 1024 ** 2

const endings = ['wav', 'mp3', 'ogg', 'flac', 'm4a', 'webm', 'opus']

/** A form with one recording, held until `held.drop()`. */
export interface AudioForm {
  held: HeldAudio
  /** Of a name that comes several times the last. */
  fields: Record<string, string>
}

/**
 * Reads a form whose part `audio` is a recording.
 * @throws USAGE (no such part, a name that is none), AUDIO_TOO_LARGE, AUDIO_EMPTY, ENGINE_BUSY
 */
export const readAudioForm = async (request: FastifyRequest, budget: AudioBudget): Promise<AudioForm> => {
  const held = budget.hold(maxUploadBytes)
  try {
    const fields = await readForm(request, {
      ...{part: 'audio', maxBytes: maxUploadBytes},
      refusal: (message, {cause}) => new EssenceError('USAGE', message, {cause}),
      tooLarge,
      async take(file, name) {
        checkEnding(name)
        for await (const chunk of file) held.push(chunk)
      },
    })
    if (held.bytes === 0) throw new EssenceError('AUDIO_EMPTY', 'The file in the part "audio" is empty.')
    return {held, fields: Object.fromEntries([...fields].map(([name, values]) => [name, values.at(-1) ?? '']))}
  } catch (error) {
    held.drop()
    throw error
  }
}

/** The name is used for nothing; one that no recording has says that this is none. @throws USAGE */
const checkEnding = (name: string): void => {
  const ending = /\.(\w+)$/.exec(name)?.[1]?.toLowerCase()
  if (ending === undefined || endings.includes(ending)) return
  const message = `The name of the file ends in .${ending.slice(0, 20)}; expected one of ${endings.join(', ')}.`
  throw new EssenceError('USAGE', message)
}

const tooLarge = (): EssenceError =>
  new EssenceError('AUDIO_TOO_LARGE', `The file is larger than the ${maxUploadBytes} bytes that are taken.`)
