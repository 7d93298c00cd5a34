import {createReadStream} from 'node:fs'
import {stat} from 'node:fs/promises'
import {decodeAudio} from '../../audio/decode/decode.ts'
import {decodeLive} from '../../audio/decode/live.ts'
import {EssenceError, isEssenceError, systemCodeOf} from '../../kit/errors.ts'
import {untilAborted} from '../../kit/flow/until-aborted.ts'
import {microphoneRate, openMicrophone} from './microphone.ts'

/** What to listen to. */
export interface AudioSourceOptions {
  /** A file's path, `-` for standard input, or the microphone. */
  from: {file: string} | 'microphone'
  /** Hz of raw PCM (16 bit, little endian, mono). Default: a container, which says its own. */
  rawRate?: number | undefined
  /** Listen while it arrives, instead of waiting for its end. */
  live: boolean
  /** Aborting ends the sound as if it ended there. */
  ending: AbortSignal
  signal: AbortSignal
}

export interface OpenAudioSource {
  /** What people call it. */
  name: string
  /** The program that records, where one does. */
  recorder?: string
  /** Mono, 16 kHz, −1..1. */
  pieces: AsyncIterable<Float32Array>
}

/**
 * Opens sound to listen to, from wherever a person at a terminal has it.
 * @throws INPUT_NOT_FOUND (of a file: at once), USAGE (standard input is a terminal), PROGRAM_MISSING (microphone); the
 * iteration what `decodeAudio` and `decodeLive` throw
 */
export const openAudioSource = async ({
  from,
  rawRate,
  live,
  ending,
  signal,
}: AudioSourceOptions): Promise<OpenAudioSource> => {
  const raw = rawRate === undefined ? {} : {raw: {sampleRate: rawRate}}
  if (from === 'microphone') {
    const microphone = await openMicrophone()
    if (ending.aborted) microphone.stop()
    else ending.addEventListener('abort', microphone.stop, {once: true})
    const pieces = decodeLive(microphone, {raw: {sampleRate: microphoneRate}, name: 'The microphone', signal})
    return {name: 'microphone', recorder: microphone.program, pieces}
  }
  const {file} = from
  await mustBeThere(file)
  if (file === '-') {
    const stream = untilEnded(process.stdin, ending)
    const name = 'Standard input'
    // Raw PCM needs no seeking: it never has to be kept.
    const pieces =
      live || rawRate !== undefined ? decodeLive(stream, {...raw, name, signal}) : decodeAudio({stream}, {signal})
    return {name: 'standard input', pieces}
  }
  const pieces =
    rawRate === undefined
      ? decodeAudio({path: file}, {signal})
      : decodeLive(createReadStream(file), {...raw, name: file, signal})
  return {name: file, pieces}
}

/**
 * Looks, before a model is loaded for it, whether there can be sound.
 * @throws INPUT_NOT_FOUND (a missing file, a folder or the like), USAGE (standard input is a terminal)
 */
export const mustBeThere = async (file: string): Promise<void> => {
  if (file === '-') {
    if (!process.stdin.isTTY) return
    throw new EssenceError('USAGE', 'Standard input is a terminal; expected sound.', {
      suggestions: ['Pipe it in, or name a file.', 'To speak yourself: --microphone'],
    })
  }
  const found = await stat(file).catch((cause: unknown) => {
    const code = systemCodeOf(cause)
    const why = code === 'ENOENT' ? 'does not exist' : `cannot be opened (${code})`
    throw new EssenceError('INPUT_NOT_FOUND', `The audio file ${file} ${why}.`, code === 'ENOENT' ? {} : {cause})
  })
  if (found.isFile()) return
  throw new EssenceError(
    'INPUT_NOT_FOUND',
    `${file} is ${found.isDirectory() ? 'a directory' : 'a device or pipe'}; expected an audio file.`,
    {
      suggestions: found.isDirectory()
        ? [`Name the files in it: ${file.replace(/\/$/, '')}/*`]
        : ['Pipe it in, with - for the file.'],
    },
  )
}

/** What comes until the signal aborts; then it ends. */
async function* untilEnded<T>(source: AsyncIterable<T>, signal: AbortSignal): AsyncGenerator<T> {
  try {
    yield* untilAborted(source, signal)
  } catch (error) {
    if (!(signal.aborted && isEssenceError(error) && error.code === 'CANCELLED')) throw error
  }
}
