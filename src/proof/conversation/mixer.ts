import {fromDbfs} from '../../audio/dsp/levels.ts'
import {seededRandom} from '../../kit/random.ts'

/** Hz of everything a person says and hears here: that of the Realtime API. */
export const personRate = 24_000

/** What June's loudspeaker gives out, from a moment on. @param fromMs of the microphone's time */
export type EchoSource = (fromMs: number, samples: number) => Float32Array

export interface Mixer {
  /** ms of sound mixed so far. */
  readonly atMs: number
  /** Adds a sound from the next sample on. @returns where it lies, in ms of the microphone's time */
  play(pcm: Float32Array, gainDb?: number): {startMs: number; endMs: number}
  /** A sound that begins again when it is over; undefined: none. */
  behind(pcm: Float32Array | undefined, gainDb?: number): void
  echo(options: {db: number; delayMs: number} | undefined): void
  /** The next samples that the microphone hears: mono at `personRate`, −1..1. */
  next(samples: number): Float32Array
}

/** A room is never digitally silent. */
const roomDb = -70

/** Mixes what one microphone hears, true to the sample. The same seed gives the same room. */
export const openMixer = ({seed, echoOf}: {seed: number; echoOf?: EchoSource | undefined}): Mixer => {
  const random = seededRandom(seed)
  const room = Float32Array.from({length: personRate}, () => (random() * 2 - 1) * fromDbfs(roomDb) * Math.sqrt(3))
  let playing: {pcm: Float32Array; gain: number; start: number}[] = []
  let loop: {pcm: Float32Array; gain: number; start: number} | undefined
  let echo: {gain: number; delayMs: number} | undefined
  let at = 0
  const msOf = (sample: number): number => (sample * 1000) / personRate
  return {
    get atMs() {
      return msOf(at)
    },
    play(pcm, gainDb = 0) {
      playing.push({pcm, gain: fromDbfs(gainDb), start: at})
      return {startMs: msOf(at), endMs: msOf(at + pcm.length)}
    },
    behind(pcm, gainDb = 0) {
      loop = pcm && pcm.length > 0 ? {pcm, gain: fromDbfs(gainDb), start: at} : undefined
    },
    echo(options) {
      echo = options && {gain: fromDbfs(options.db), delayMs: options.delayMs}
    },
    next(samples) {
      const out = new Float32Array(samples)
      const add = (from: (i: number) => number | undefined, gain: number): void => {
        for (let i = 0; i < samples; i++) out[i] = (out[i] as number) + gain * (from(i) ?? 0)
      }
      add(i => room[(at + i) % room.length], 1)
      for (const {pcm, gain, start} of playing) add(i => pcm[at + i - start], gain)
      if (loop) {
        const {pcm, gain, start} = loop
        add(i => pcm[(at + i - start) % pcm.length], gain)
      }
      if (echo && echoOf) {
        const heard = echoOf(msOf(at) - echo.delayMs, samples)
        add(i => heard[i], echo.gain)
      }
      at += samples
      playing = playing.filter(({pcm, start}) => start + pcm.length > at)
      for (let i = 0; i < samples; i++) out[i] = Math.max(-1, Math.min(1, out[i] as number))
      return out
    },
  }
}
