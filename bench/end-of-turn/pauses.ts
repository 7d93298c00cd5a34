// A labelled set of pauses: where a speaker is silent, whether they are done, and how long until they go on.
import {createHash} from 'node:crypto'
import {existsSync, mkdirSync, readFileSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {seededRandom} from '@essence/core/kit/random'

/** One whole recording, or one sentence of a voice: mono, 16 kHz. */
export interface Clip {
  speaker: string
  /** The half of the speakers it belongs to: rules are fitted on one, and judged on the other. */
  half: 'fit' | 'judge'
  people: boolean
  language: string
  sound: Float32Array
  /** Whether the turn is over where it ends; undefined: nobody can tell, and the end does not count. */
  over: boolean | undefined
}

export interface Pause {
  clip: Clip
  kind: 'end' | 'clause' | 'phrase'
  /** Speech, then the silence: as long as the pause, or 3 s where the turn is over. */
  sound: Float32Array
  /** Where the silence begins, in samples. */
  from: number
}

/** ms until speech goes on; Infinity: it does not. */
export const pauseMs = ({kind, sound, from}: Pause): number =>
  kind === 'end' ? Number.POSITIVE_INFINITY : (sound.length - from) / 16

const stepSamples = 160
/** Quieter than the loudest 10 ms by so much is silence, in dB. */
const quietDb = 35
const endMs = 3000

const energies = (sound: Float32Array): number[] =>
  Array.from({length: Math.floor(sound.length / stepSamples)}, (_, step) =>
    sound.subarray(step * stepSamples, (step + 1) * stepSamples).reduce((sum, sample) => sum + sample * sample, 0),
  )

/** Stretches of silence, in samples; those before and after speech included. */
const silences = (steps: readonly number[]): {from: number; to: number}[] => {
  const floor = Math.max(...steps) * 10 ** (-quietDb / 10)
  const found: {from: number; to: number}[] = []
  for (let step = 0; step < steps.length; step++) {
    if ((steps[step] ?? 0) >= floor) continue
    const last = found.at(-1)
    if (last?.to === step * stepSamples) last.to += stepSamples
    else found.push({from: step * stepSamples, to: (step + 1) * stepSamples})
  }
  return found
}

/** Faint noise of a room, at −60 dBFS or as loud as asked. */
const room = (samples: number, random: () => number, rms = 0.001): Float32Array => {
  let last = 0
  // Low-passed: a room rumbles more than it hisses.
  return Float32Array.from({length: samples}, () => {
    last = 0.9 * last + (random() - 0.5) * 2 * rms * 0.75
    return last
  })
}

const behind = (speech: Float32Array, ms: number, random: () => number): Float32Array => {
  const sound = room(speech.length + Math.round(ms * 16), random)
  for (let i = 0; i < speech.length; i++) sound[i] = (sound[i] ?? 0) + (speech[i] ?? 0)
  return sound
}

/** Between 0.2 and 2 s, short ones more often: even on a logarithmic scale. */
const drawnMs = (random: () => number): number => 200 * 10 ** random()

/**
 * The pauses of a clip: its own of 200 ms and more; each again with a length that is drawn; two between words where nobody pauses; its end.
 * @param wordEnds where words end inside of clauses, in ms
 */
export const pausesOf = (clip: Clip, wordEnds: Float32Array, seed: number): Pause[] => {
  const random = seededRandom(seed)
  const steps = energies(clip.sound)
  const quiet = silences(steps)
  const length = steps.length * stepSamples
  const spokenTo = quiet.at(-1)?.to === length ? (quiet.at(-1)?.from ?? length) : length
  const inside = quiet.filter(({from, to}) => from > 8000 && to < spokenTo && to - from >= 3200)
  const pauses: Pause[] = []
  for (const {from, to} of inside) {
    const own = clip.people ? clip.sound.slice(0, to) : behind(clip.sound.slice(0, from), (to - from) / 16, random)
    pauses.push({clip, kind: 'clause', sound: own, from})
    pauses.push({clip, kind: 'clause', sound: behind(clip.sound.slice(0, from), drawnMs(random), random), from})
  }
  // Where one word ends and the next begins, told by a recogniser: the quietest place near it.
  const between = [...wordEnds]
    .map(at => quietestNear(steps, at))
    .filter(at => at > 8000 && at < spokenTo - 4800 && inside.every(({from, to}) => at < from - 4800 || at > to + 4800))
  for (let i = 0; i < 2 && between.length > 0; i++) {
    const [at = 0] = between.splice(Math.floor(random() * between.length), 1)
    pauses.push({clip, kind: 'phrase', sound: behind(clip.sound.slice(0, at), drawnMs(random), random), from: at})
  }
  if (clip.over === undefined) return pauses
  const speech = clip.sound.slice(0, spokenTo)
  const last: Pick<Pause, 'kind' | 'sound'> = clip.over
    ? {kind: 'end', sound: behind(speech, endMs, random)}
    : {kind: 'clause', sound: behind(speech, drawnMs(random), random)}
  return [...pauses, {clip, from: spokenTo, ...last}]
}

/** In samples; 80 ms to each side are looked at. */
const quietestNear = (steps: readonly number[], ms: number): number => {
  const middle = Math.round(ms / 10)
  let best = middle
  for (let step = Math.max(0, middle - 8); step <= middle + 8; step++)
    if ((steps[step] ?? Number.POSITIVE_INFINITY) < (steps[best] ?? Number.POSITIVE_INFINITY)) best = step
  return best * stepSamples
}

/** What a voice said and a detector answered is kept between runs: both take long. */
const folder = join(import.meta.dirname, '../../.essence/bench/end-of-turn')

/** @param key everything that the numbers depend on */
export const kept = async (
  key: readonly (string | Uint8Array)[],
  make: () => Promise<Float32Array>,
): Promise<Float32Array> => {
  const hash = createHash('sha256')
  for (const part of key) hash.update(part).update('\0')
  const path = join(folder, `${hash.digest('hex').slice(0, 24)}.f32`)
  if (existsSync(path)) {
    const bytes = readFileSync(path)
    return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength))
  }
  const numbers = await make()
  mkdirSync(folder, {recursive: true})
  writeFileSync(path, new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength))
  return numbers
}
