import {quietestCut} from '../../audio/dsp/quietest-cut.ts'
import {samplesPerMs} from '../duration.ts'
import type {VadParameters} from '../port.ts'
import {type Endpoint, Endpointer, type SpeechEvidence} from '../vad/endpointing.ts'
import {frameSamples, type VoiceActivityDetector} from '../vad/vad.ts'
import {AudioBuffer} from './audio-buffer.ts'

/** A stretch of audio to transcribe. */
export interface AudioWindow {
  /** In samples from the start of the audio. */
  start: number
  audio: Float32Array
  /** Absent where no voice detector ran. */
  evidence?: SpeechEvidence | undefined
}

export type UtteranceEvent =
  | Exclude<Endpoint, {type: 'window'}>
  | {type: 'window'; window: AudioWindow}
  /** The window under way, so far. To be taken before it is complete, if at all. */
  | {type: 'growing'; speechStart: number; end: number; take: () => AudioWindow}
  /** A pause: the window as it will be if the utterance ends here. Once for each pause. */
  | {type: 'pause'; window: AudioWindow}
  | {type: 'end'; samples: number}

interface DetectOptions {
  parameters: VadParameters
  signal: AbortSignal
}

/**
 * Finds the utterances of audio while it arrives; keeps no more than the one under way.
 * @param pieces mono, 16 kHz, of any length
 */
export async function* detectUtterances(
  pieces: AsyncIterable<Float32Array>,
  vad: VoiceActivityDetector,
  {parameters, signal}: DetectOptions,
): AsyncGenerator<UtteranceEvent> {
  const buffer = new AudioBuffer()
  const stream = vad.begin()
  const endpointer = new Endpointer(parameters, (start, end) => start + quietestCut(buffer.slice(start, end)))
  let judged = 0
  let pausedAt = 0

  const judge = async function* (audio: Float32Array): AsyncGenerator<UtteranceEvent> {
    for (const probability of await stream.probabilities(audio, signal)) {
      for (const endpoint of endpointer.push(probability)) yield eventOf(endpoint)
    }
    judged += audio.length
    const speaking = endpointer.speaking
    if (speaking) {
      const {start, speechStart} = speaking
      const end = judged
      const take = () => ({start, audio: buffer.slice(start, end), evidence: endpointer.evidence(start, end)})
      yield {type: 'growing', speechStart, end, take}
    }
    const pausing = endpointer.pausing
    if (pausing && pausing.end !== pausedAt) {
      const {start, end} = pausing
      pausedAt = end
      yield {type: 'pause', window: {start, audio: buffer.slice(start, end), evidence: endpointer.evidence(start, end)}}
    }
    buffer.dropBefore(Math.min(endpointer.needed, judged))
  }
  const eventOf = (endpoint: Endpoint): UtteranceEvent => {
    if (endpoint.type !== 'window') return endpoint
    const {start, end, evidence} = endpoint
    return {type: 'window', window: {start, audio: buffer.slice(start, Math.min(end, buffer.end)), evidence}}
  }

  for await (const piece of pieces) {
    for (let at = 0; at < piece.length; at += chunkSamples) {
      buffer.append(piece.subarray(at, at + chunkSamples))
      const whole = Math.floor((buffer.end - judged) / frameSamples) * frameSamples
      if (whole > 0) yield* judge(buffer.slice(judged, judged + whole))
    }
  }
  const samples = buffer.end
  if (samples > judged) {
    // The last frame is filled up with silence.
    const rest = new Float32Array(frameSamples)
    rest.set(buffer.slice(judged, samples))
    yield* judge(rest)
  }
  for (const endpoint of endpointer.end(samples)) yield eventOf(endpoint)
  yield {type: 'end', samples}
}

/** 1 s: so that many streams share the detector, and little is kept. */
const chunkSamples = 16_000

/** Cuts audio into windows of at most `maxSpeechDurationS` at their quietest places, without detecting speech. */
export async function* cutWindows(
  pieces: AsyncIterable<Float32Array>,
  {parameters}: DetectOptions,
): AsyncGenerator<UtteranceEvent> {
  const buffer = new AudioBuffer()
  const maxSamples = Math.floor(parameters.maxSpeechDurationS * 1000 * samplesPerMs)
  let start = 0
  const next = (end: number): UtteranceEvent => {
    const from = start
    start = end
    return {type: 'window', window: {start: from, audio: buffer.slice(from, end)}}
  }
  for await (const piece of pieces) {
    for (let at = 0; at < piece.length; at += chunkSamples) {
      buffer.append(piece.subarray(at, at + chunkSamples))
      while (buffer.end - start > maxSamples) yield next(start + quietestCut(buffer.slice(start, start + maxSamples)))
      buffer.dropBefore(start)
      const [from, end] = [start, buffer.end]
      yield {type: 'growing', speechStart: from, end, take: () => ({start: from, audio: buffer.slice(from, end)})}
    }
  }
  const samples = buffer.end
  if (samples > start) yield next(samples)
  yield {type: 'end', samples}
}
