import {EssenceError} from '../../../kit/errors.ts'
import {loadFfmpeg} from '../../ffmpeg.ts'
import {clampSamples, Framer} from '../../pcm.ts'
import {openContainer} from '../container.ts'
import type {AudioInput} from '../input.ts'
import {monoFrames} from '../mono.ts'
import {decodeTrack, soundTracks, type TrackCounts} from '../track.ts'

/** Length of the pieces that come out, in ms; the last one may be shorter. */
export const pieceMs = 500

/** Below this a track says nothing, −80 dBFS: where another one is there, that is heard. */
const silence = 1e-4

export interface InputOptions {
  sampleRate: number
  maxDurationMs: number
}

/**
 * Decodes a file to mono samples, −1..1, piece by piece. Of several tracks the first that is not silent is heard:
 * screen recordings have one for the microphone and one for the machine, which may have had nothing to say.
 * @param open opens it anew, at its beginning
 * @throws AUDIO_EMPTY, AUDIO_UNREADABLE, AUDIO_TOO_LONG (after the pieces up to the limit), ENGINE_UNAVAILABLE
 */
export async function* decodeInput(
  open: () => Promise<AudioInput>,
  options: InputOptions,
): AsyncGenerator<Float32Array> {
  for (let track = 0; ; track++) {
    await using input = await open()
    const decoded = decodeOne(input, track, options)
    const isLast = yield* soundOf(decoded, options.sampleRate)
    if (isLast) return
  }
}

/** Passes the pieces on, those of a silent beginning once it ends. @returns whether no other track is to be tried */
async function* soundOf(
  decoded: AsyncGenerator<Float32Array, {hasNext: boolean}>,
  sampleRate: number,
): AsyncGenerator<Float32Array, boolean> {
  let held = 0
  let isHeard = false
  for (;;) {
    const {done, value} = await decoded.next()
    if (done) {
      if (!isHeard && value.hasNext) return false
      yield* silentPieces(held, sampleRate)
      return true
    }
    isHeard ||= value.some(sample => sample > silence || sample < -silence)
    if (!isHeard) {
      held += value.length
      continue
    }
    yield* silentPieces(held, sampleRate)
    held = 0
    yield value
  }
}

function* silentPieces(samples: number, sampleRate: number): Generator<Float32Array> {
  const size = (sampleRate * pieceMs) / 1000
  for (let left = samples; left > 0; left -= size) yield new Float32Array(Math.min(size, left))
}

async function* decodeOne(
  input: AudioInput,
  track: number,
  {sampleRate, maxDurationMs}: InputOptions,
): AsyncGenerator<Float32Array, {hasNext: boolean}> {
  const ffmpeg = await loadFfmpeg()
  await using container = await openContainer(ffmpeg, input)
  const tracks = soundTracks(ffmpeg, container, input)
  const stream = tracks[track] ?? tracks[0]
  const counts: TrackCounts = {packets: 0, damaged: 0, ms: 0}
  const framer = new Framer((sampleRate * pieceMs) / 1000)
  const maxSamples = (sampleRate * maxDurationMs) / 1000
  let length = 0
  for await (const pcm of monoFrames(ffmpeg, decodeTrack(ffmpeg, container, stream, input, counts), sampleRate)) {
    length += pcm.length
    if (length > maxSamples) throw tooLong(input, maxDurationMs)
    yield* framer.push(clampSamples(pcm))
  }
  yield* framer.flush()
  const hasNext = track + 1 < tracks.length
  if (length === 0 && !hasNext) throw nothingHeard(input, counts)
  return {hasNext}
}

/** How long a file says it is, in ms; undefined where it does not say. A claim, for a progress line. @throws AUDIO_UNREADABLE */
export const probeInput = async (input: AudioInput): Promise<number | undefined> => {
  await using container = await openContainer(await loadFfmpeg(), input)
  // In microseconds; a negative number stands for "not known".
  const ms = Number(container.format.duration) / 1000
  return ms > 0 ? ms : undefined
}

const tooLong = (input: AudioInput, maxDurationMs: number): EssenceError =>
  new EssenceError('AUDIO_TOO_LONG', `${input.name} lasts longer than ${maxDurationMs / 1000} s.`, {
    suggestions: ['Send a shorter piece.'],
  })

const nothingHeard = ({name}: AudioInput, {packets, damaged}: TrackCounts): EssenceError => {
  if (damaged > 0) {
    return new EssenceError(
      'AUDIO_UNREADABLE',
      `${name} could not be decoded: ${damaged} of ${packets} packets are damaged.`,
    )
  }
  // What is shorter than the filter of the resampler leaves nothing.
  const why = packets === 0 ? 'a header, and then nothing' : 'it is shorter than two milliseconds'
  return new EssenceError('AUDIO_EMPTY', `${name} has no sound in it: ${why}.`)
}
