import {setImmediate as yieldToEventLoop} from 'node:timers/promises'
import {fadeOut, trimmedSpeech} from '../audio/dsp/fades.ts'
import {changeSpeech} from '../audio/dsp/stretch.ts'
import {resampledStream} from '../audio/encode/resampled-stream.ts'
import {concatSamples} from '../audio/pcm.ts'
import {type Leveller, openLeveller} from './leveller.ts'
import type {PcmChunk} from './port.ts'
import type {Prosody} from './styles.ts'
import type {Clause} from './text/clauses.ts'

/** A clause as the engine spoke it, and what is still to be done to it. */
export interface SpokenClause {
  clause: Clause
  audio: PcmChunk
  /** What the engine did not do itself. */
  rest: {speed: number; semitones: number}
  prosody: Prosody
}

/** ms in one chunk at most: encoding or sending one does not hold up other callers for long. */
const chunkMs = 1000

/** Makes one speech of clauses: rate and pitch where the engine has none, fades, loudness, pauses. */
export const openShaper = (volume: number) => {
  let leveller: Leveller | undefined
  let sampleRate = 0

  return async function* shape({clause, audio, rest, prosody}: SpokenClause): AsyncGenerator<PcmChunk> {
    if (audio.pcm.length > 0 && sampleRate === 0) sampleRate = audio.sampleRate
    // Another voice, for words in another language: the first one's rate stays.
    const pcm = audio.pcm.length === 0 ? audio.pcm : await atRate(audio, sampleRate)
    leveller ??= openLeveller(sampleRate)
    const heard = trimmedSpeech(pcm, sampleRate)
    const changed = rest.speed !== 1 || rest.semitones !== 0
    const speech = changed ? await changeSpeech(heard, sampleRate, rest) : heard
    // A faster sound may reach its end with a wave that has not died away.
    if (changed) fadeOut(speech, sampleRate)
    await leveller.level(speech, prosody.db)
    if (volume !== 1) for (let i = 0; i < speech.length; i++) speech[i] = (speech[i] as number) * volume
    yield* chunksOf(speech, sampleRate)
    // What the engine had no sound for has no pause of its own either.
    const pauseMs = clause.breakMs ?? (speech.length > 0 ? clause.pauseMs / prosody.rate : 0)
    yield* silence(pauseMs, sampleRate)
  }
}

const atRate = async (audio: PcmChunk, rate: number): Promise<Float32Array> => {
  if (audio.sampleRate === rate) return audio.pcm
  const parts: Float32Array[] = []
  const whole = (async function* () {
    yield audio
  })()
  for await (const {pcm} of resampledStream(whole, () => rate)) parts.push(pcm)
  return concatSamples(parts)
}

/** Speech in chunks; the event loop runs between two. */
async function* chunksOf(speech: Float32Array, sampleRate: number): AsyncGenerator<PcmChunk> {
  const size = (chunkMs * sampleRate) / 1000
  for (let at = 0; at < speech.length; at += size) {
    if (at > 0) await yieldToEventLoop()
    yield {pcm: speech.length <= size ? speech : speech.slice(at, at + size), sampleRate}
  }
}

export function* silence(ms: number, sampleRate: number): Generator<PcmChunk> {
  for (let left = Math.round((ms * sampleRate) / 1000); left > 0; left -= (chunkMs * sampleRate) / 1000) {
    yield {pcm: new Float32Array(Math.min(left, (chunkMs * sampleRate) / 1000)), sampleRate}
  }
}
