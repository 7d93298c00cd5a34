import type {Frame} from 'node-av/lib'
import type {Ffmpeg} from '../ffmpeg.ts'
import type {PcmShape} from '../resample.ts'
import {MonoResampler} from './mono-resampler.ts'

/** Frames of any shape as mono samples; the shape may change on the way, as in chained OGG. */
export async function* monoFrames(
  ffmpeg: Ffmpeg,
  frames: AsyncIterable<Frame>,
  rate: number,
): AsyncGenerator<Float32Array> {
  let shape: PcmShape | undefined
  let resampler: MonoResampler | undefined
  try {
    for await (const frame of frames) {
      const found = shapeOf(frame)
      if (!resampler || !shape || !sameShape(shape, found)) {
        if (resampler) yield resampler.flush()
        resampler?.[Symbol.dispose]()
        resampler = undefined
        resampler = new MonoResampler(ffmpeg, found, rate)
        shape = found
      }
      yield resampler.push(frame.extendedData, frame.nbSamples)
    }
    if (resampler) yield resampler.flush()
  } finally {
    resampler?.[Symbol.dispose]()
  }
}

const shapeOf = (frame: Frame): PcmShape => ({
  sampleRate: frame.sampleRate,
  sampleFormat: frame.format as PcmShape['sampleFormat'],
  layout: frame.channelLayout,
})

const sameShape = (a: PcmShape, b: PcmShape): boolean =>
  a.sampleRate === b.sampleRate &&
  a.sampleFormat === b.sampleFormat &&
  a.layout.nbChannels === b.layout.nbChannels &&
  a.layout.mask === b.layout.mask
