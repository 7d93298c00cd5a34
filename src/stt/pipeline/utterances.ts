import {AudioBuffer} from '../../audio/audio-buffer.ts'
import {quietestCut} from '../../audio/dsp/quietest-cut.ts'
import {samplesPerMs} from '../duration.ts'
import type {VadParameters} from '../port.ts'
import {type Endpoint, Endpointer, type SpeechEvidence} from '../vad/endpointing.ts'
import {frameSamples, type VoiceActivityDetector} from '../vad/vad.ts'
import {type PackingLimits, type SpeechSpan, WindowPacker} from './window-packer.ts'

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
  /** Put short utterances together, where nobody waits for them one by one; then nothing is told of what is under way. */
  packing?: PackingLimits | undefined
}

/**
 * Finds the utterances of audio while it arrives; keeps no more than the window under way.
 * @param pieces mono, 16 kHz, of any length
 */
export async function* detectUtterances(
  pieces: AsyncIterable<Float32Array>,
  vad: VoiceActivityDetector,
  {parameters, signal, packing}: DetectOptions,
): AsyncGenerator<UtteranceEvent> {
  const buffer = new AudioBuffer()
  const packer = packing && new WindowPacker(packing)
  const stream = vad.begin()
  const endpointer = new Endpointer(parameters, (start, end) => start + quietestCut(buffer.slice(start, end)))
  let judged = 0
  let pausedAt = 0

  const windowOf = ({start, end, evidence}: SpeechSpan): AudioWindow => ({
    start,
    audio: buffer.slice(start, Math.min(end, buffer.end)),
    evidence,
  })
  const eventOf = (endpoint: Endpoint): UtteranceEvent | undefined => {
    if (endpoint.type !== 'window') return endpoint
    const span = packer ? packer.add(endpoint) : endpoint
    return span && {type: 'window', window: windowOf(span)}
  }
  const underWay = function* (): Generator<UtteranceEvent> {
    const {speaking, pausing} = endpointer
    if (speaking) {
      const {start, speechStart} = speaking
      const end = judged
      const take = () => windowOf({start, end, evidence: endpointer.evidence(start, end)})
      yield {type: 'growing', speechStart, end, take}
    }
    if (pausing && pausing.end !== pausedAt) {
      const {start, end} = pausing
      pausedAt = end
      yield {type: 'pause', window: windowOf({start, end, evidence: endpointer.evidence(start, end)})}
    }
  }
  const judge = async function* (audio: Float32Array): AsyncGenerator<UtteranceEvent> {
    for (const probability of await stream.probabilities(audio, signal)) {
      for (const endpoint of endpointer.push(probability)) {
        const event = eventOf(endpoint)
        if (event) yield event
      }
    }
    judged += audio.length
    if (!packer) yield* underWay()
    const complete = packer?.complete(endpointer.needed)
    if (complete) yield {type: 'window', window: windowOf(complete)}
    buffer.dropBefore(Math.min(packer?.heldFrom ?? judged, endpointer.needed, judged))
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
  for (const endpoint of endpointer.end(samples)) {
    const event = eventOf(endpoint)
    if (event) yield event
  }
  const last = packer?.flush()
  if (last) yield {type: 'window', window: windowOf(last)}
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
