import {encodeToBytes} from '@essence/core/audio/encode/encode'
import type {PcmChunk} from '@essence/core/tts/port'

/** https://discord.com/developers/docs/resources/message#voice-messages: a point each 100 ms, and 256 at most. */
const pointMs = 100
const maxPoints = 256

export interface VoiceMessage {
  /** OGG/Opus. */
  ogg: Uint8Array
  seconds: number
  /** A byte for each point of how loud it is, in base64. */
  waveform: string
}

/** Encodes speech as a voice message, while it comes. @throws AUDIO_EMPTY, CANCELLED */
export const encodeVoiceMessage = async (
  speech: AsyncIterable<PcmChunk>,
  signal: AbortSignal,
): Promise<VoiceMessage> => {
  const peaks: number[] = []
  let ms = 0
  async function* measured(): AsyncGenerator<PcmChunk> {
    for await (const chunk of speech) {
      const perPoint = Math.max(1, Math.round((chunk.sampleRate * pointMs) / 1000))
      for (let at = 0; at < chunk.pcm.length; at += perPoint) peaks.push(peakOf(chunk.pcm.subarray(at, at + perPoint)))
      ms += (chunk.pcm.length / chunk.sampleRate) * 1000
      yield chunk
    }
  }
  const ogg = await encodeToBytes(measured(), 'ogg', {signal})
  return {ogg, seconds: Math.max(0.1, Math.round(ms / 100) / 10), waveform: waveformOf(peaks)}
}

const peakOf = (pcm: Float32Array): number => pcm.reduce((peak, sample) => Math.max(peak, Math.abs(sample)), 0)

/** @param peaks 0 to 1, a point each; the loudest stands as high as there is room @returns at most 256 bytes, in base64 */
export const waveformOf = (peaks: readonly number[]): string => {
  const count = Math.max(1, Math.min(peaks.length, maxPoints))
  const loudest = Math.max(...peaks, 1e-3)
  const points = Array.from({length: count}, (_, point) => {
    const [from, to] = [point, point + 1].map(at => Math.floor((at * peaks.length) / count))
    return Math.max(0, ...peaks.slice(from, to))
  })
  return Buffer.from(points.map(point => Math.round((point / loudest) * 255))).toString('base64')
}
