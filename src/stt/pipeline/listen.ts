import {quietestCut} from '../../audio/dsp/quietest-cut.ts'
import {samplesPerMs} from '../duration.ts'
import type {VadParameters} from '../port.ts'
import {type Endpoint, Endpointer, type SpeechEvidence} from '../vad/endpointing.ts'
import {frameSamples, type VoiceActivityDetector} from '../vad/vad.ts'
import {SoundStore} from './audio-buffer.ts'

/** A stretch of sound to recognise. */
export interface SoundWindow {
  /** In samples from the start of the sound. */
  start: number
  audio: Float32Array
  /** Absent where no detector listened. */
  evidence?: SpeechEvidence
}

export type Listened =
  | Exclude<Endpoint, {type: 'window'}>
  | {type: 'window'; window: SoundWindow}
  /** The window that is under way, so far. To be taken before it is complete, if at all. */
  | {type: 'growing'; speechStart: number; end: number; take: () => SoundWindow}
  /** A pause: the window as it will be if the utterance ends here. Told once for each. */
  | {type: 'pause'; window: SoundWindow}
  /** So much was listened to. */
  | {type: 'end'; samples: number}

interface ListenOptions {
  parameters: VadParameters
  signal: AbortSignal
}

/**
 * Finds the utterances of a sound while it arrives; keeps no more than the one under way.
 * @param pieces mono, 16 kHz, of any length
 */
export async function* listenForSpeech(
  pieces: AsyncIterable<Float32Array>,
  vad: VoiceActivityDetector,
  {parameters, signal}: ListenOptions,
): AsyncGenerator<Listened> {
  const store = new SoundStore()
  const stream = vad.begin()
  const endpointer = new Endpointer(parameters, (start, end) => start + quietestCut(store.slice(start, end)))
  let judged = 0
  let pausedAt = 0

  const judge = async function* (audio: Float32Array): AsyncGenerator<Listened> {
    for (const probability of await stream.probabilities(audio, signal)) {
      for (const endpoint of endpointer.push(probability)) yield listened(endpoint)
    }
    judged += audio.length
    const speaking = endpointer.speaking
    if (speaking) {
      const {start, speechStart} = speaking
      const end = judged
      const take = () => ({start, audio: store.slice(start, end), evidence: endpointer.evidence(start, end)})
      yield {type: 'growing', speechStart, end, take}
    }
    const pausing = endpointer.pausing
    if (pausing && pausing.end !== pausedAt) {
      const {start, end} = pausing
      pausedAt = end
      yield {type: 'pause', window: {start, audio: store.slice(start, end), evidence: endpointer.evidence(start, end)}}
    }
    store.dropBefore(Math.min(endpointer.needed, judged))
  }
  const listened = (endpoint: Endpoint): Listened => {
    if (endpoint.type !== 'window') return endpoint
    const {start, end, evidence} = endpoint
    return {type: 'window', window: {start, audio: store.slice(start, Math.min(end, store.end)), evidence}}
  }

  for await (const piece of pieces) {
    for (let at = 0; at < piece.length; at += mostAtOnce) {
      store.append(piece.subarray(at, at + mostAtOnce))
      const whole = Math.floor((store.end - judged) / frameSamples) * frameSamples
      if (whole > 0) yield* judge(store.slice(judged, judged + whole))
    }
  }
  const samples = store.end
  if (samples > judged) {
    // The last frame is filled up with silence.
    const rest = new Float32Array(frameSamples)
    rest.set(store.slice(judged, samples))
    yield* judge(rest)
  }
  for (const endpoint of endpointer.end(samples)) yield listened(endpoint)
  yield {type: 'end', samples}
}

/** 1 s: what is judged at once, so that many sounds get their turn with the detector and little is kept. */
const mostAtOnce = 16_000

/** Cuts a sound into windows of at most `maxSpeechDurationS` at their quietest places, without asking whether anybody speaks. */
export async function* listenToAll(
  pieces: AsyncIterable<Float32Array>,
  {parameters}: ListenOptions,
): AsyncGenerator<Listened> {
  const store = new SoundStore()
  const most = Math.floor(parameters.maxSpeechDurationS * 1000 * samplesPerMs)
  let start = 0
  const next = (end: number): Listened => {
    const from = start
    start = end
    return {type: 'window', window: {start: from, audio: store.slice(from, end)}}
  }
  for await (const piece of pieces) {
    for (let at = 0; at < piece.length; at += mostAtOnce) {
      store.append(piece.subarray(at, at + mostAtOnce))
      while (store.end - start > most) yield next(start + quietestCut(store.slice(start, start + most)))
      store.dropBefore(start)
      const [from, end] = [start, store.end]
      yield {type: 'growing', speechStart: from, end, take: () => ({start: from, audio: store.slice(from, end)})}
    }
  }
  const samples = store.end
  if (samples > start) yield next(samples)
  yield {type: 'end', samples}
}
