import {setTimeout as delay} from 'node:timers/promises'
import {Framer} from '../../audio/pcm.ts'
import {EssenceError, isEssenceError} from '../../kit/errors.ts'
import {openAudioSource} from './audio-input.ts'

/** Samples that are handed on at once: 20 ms at 16 kHz. */
export const frameSamples = 320
const frameMs = frameSamples / 16

export interface LiveInput {
  /** What people call it. */
  readonly name: string
  /** Whether it is a recording, in place of a microphone. */
  readonly isFile: boolean
  /** Whether a recording has been heard to its end; a microphone never is. */
  readonly isOver: boolean
  /** What is heard now: mono, 16 kHz, −1..1, `frameSamples` at a time. A recording comes as fast as it was spoken; silence follows it. */
  readonly frames: AsyncIterable<Float32Array>
}

export interface LiveInputOptions {
  /** A file that is heard in place of the microphone. */
  file?: string | undefined
  /** Aborting ends the sound. */
  ending: AbortSignal
  signal: AbortSignal
}

/** Opens the microphone, or a recording in its place. @throws what `openAudioSource` throws; `frames` as its `pieces`, PROGRAM_FAILED */
export const openLiveInput = async ({file, ending, signal}: LiveInputOptions): Promise<LiveInput> => {
  const from = file === undefined ? ('microphone' as const) : {file}
  const source = await openAudioSource({from, live: true, ending, signal})
  let isOver = false
  const end = (): void => {
    isOver = true
  }
  const framed = framesOf(source.pieces)
  return {
    name: source.recorder ? `microphone (${source.recorder})` : source.name,
    isFile: file !== undefined,
    get isOver() {
      return isOver
    },
    frames: file === undefined ? untilEnded(framed, ending) : paced(thenSilence(framed, end), ending),
  }
}

async function* framesOf(pieces: AsyncIterable<Float32Array>): AsyncGenerator<Float32Array> {
  const framer = new Framer(frameSamples)
  for await (const piece of pieces) yield* framer.push(piece)
  for (const last of framer.flush()) {
    const frame = new Float32Array(frameSamples)
    frame.set(last)
    yield frame
  }
}

/** What a microphone gives until it is to end; one that ends by itself has failed. */
async function* untilEnded(frames: AsyncIterable<Float32Array>, ending: AbortSignal): AsyncGenerator<Float32Array> {
  try {
    yield* frames
  } catch (error) {
    // It was ended before anything came.
    if (!(ending.aborted && isEssenceError(error) && error.code === 'AUDIO_EMPTY')) throw error
  }
  if (ending.aborted) return
  throw new EssenceError('PROGRAM_FAILED', 'The microphone gives no sound any more: its program has ended.', {
    suggestions: ['Check that it is still connected, then start again.'],
  })
}

async function* thenSilence(frames: AsyncIterable<Float32Array>, onEnd: () => void): AsyncGenerator<Float32Array> {
  yield* frames
  onEnd()
  for (;;) yield new Float32Array(frameSamples)
}

/** Each frame when it would have been heard; late ones at once, so that none is lost. */
async function* paced(frames: AsyncIterable<Float32Array>, ending: AbortSignal): AsyncGenerator<Float32Array> {
  const began = performance.now()
  let given = 0
  for await (const frame of frames) {
    const early = began + given++ * frameMs - performance.now()
    if (early > 0) await delay(early, undefined, {signal: ending}).catch(() => {})
    if (ending.aborted) return
    yield frame
  }
}
