import {loadFfmpeg} from './ffmpeg.ts'
import type {PcmChunk} from './pcm.ts'
import {monoLayout, Resampler} from './resample.ts'

/** Brings sound to one rate at once, in short pieces, while it is made. */
export interface LiveResampler {
  /** Mono, −1..1, some ms of it; what the filter holds back comes with the next piece. */
  push(chunk: PcmChunk): Float32Array
  close(): void
}

/** @param rate Hz of what comes out @throws ENGINE_UNAVAILABLE */
export const openLiveResampler = async (rate: number): Promise<LiveResampler> => {
  const ffmpeg = await loadFfmpeg()
  const resamplers = new Map<number, Resampler>()
  const resamplerOf = (from: number): Resampler => {
    const shape = {sampleRate: from, sampleFormat: ffmpeg.AV_SAMPLE_FMT_FLT, layout: monoLayout(ffmpeg)}
    const resampler = resamplers.get(from) ?? new Resampler(ffmpeg, shape, rate)
    resamplers.set(from, resampler)
    return resampler
  }
  return {
    push: ({pcm, sampleRate}) => (sampleRate === rate ? pcm : resamplerOf(sampleRate).pushShort(pcm)),
    close() {
      for (const resampler of resamplers.values()) resampler[Symbol.dispose]()
    },
  }
}
