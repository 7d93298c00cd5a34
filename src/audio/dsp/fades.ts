import {fromDbfs, peak} from './levels.ts'

/** Quieter than this below the loudest sample is silence of the engine, not speech. */
const silenceBelowPeak = fromDbfs(-46)
/** ms looked at together. */
const frameMs = 5
/** ms kept before and after what is heard: the rise of a consonant, the decay of a vowel. */
const keepMs = {before: 10, after: 30}
const fadeMs = {in: 4, out: 12}

/**
 * The heard part of a stretch of speech, in a new array: without the silence around it, and faded at both ends so that it
 * can stand beside silence without a click. Empty where nothing is heard.
 */
export const trimmedSpeech = (audio: Float32Array, sampleRate: number): Float32Array => {
  const threshold = peak(audio) * silenceBelowPeak
  if (threshold === 0) return new Float32Array()
  const samples = (ms: number): number => Math.round((sampleRate * ms) / 1000)
  const frame = samples(frameMs)
  let first = 0
  while (first < audio.length && peak(audio.subarray(first, first + frame)) <= threshold) first += frame
  let last = audio.length
  while (last > first && peak(audio.subarray(Math.max(first, last - frame), last)) <= threshold) last -= frame
  const heard = audio.slice(
    Math.max(0, first - samples(keepMs.before)),
    Math.min(audio.length, last + samples(keepMs.after)),
  )
  const fadeIn = samples(fadeMs.in)
  for (let i = 0; i < Math.min(fadeIn, heard.length); i++) heard[i] = (heard[i] as number) * rise(i, fadeIn)
  fadeOut(heard, sampleRate)
  return heard
}

/** Lets the end of a sound fall to nothing, where it stands. */
export const fadeOut = (audio: Float32Array, sampleRate: number): void => {
  const length = Math.round((sampleRate * fadeMs.out) / 1000)
  for (let i = 0; i < Math.min(length, audio.length); i++) {
    const at = audio.length - 1 - i
    audio[at] = (audio[at] as number) * rise(i, length)
  }
}

/** A raised cosine, 0 to 1. */
const rise = (i: number, length: number): number => 0.5 - 0.5 * Math.cos((Math.PI * (i + 0.5)) / length)
