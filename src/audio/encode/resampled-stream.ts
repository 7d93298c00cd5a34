import {EssenceError} from '../../kit/errors.ts'
import {runYielding} from '../../kit/flow/cooperative.ts'
import {untilAborted} from '../../kit/flow/until-aborted.ts'
import {loadFfmpeg} from '../ffmpeg.ts'
import {clampedSamples, type PcmChunk} from '../pcm.ts'
import {isSampleRate, monoLayout, Resampler, sampleRates} from '../resample.ts'

/**
 * Brings chunks of any sample rate to one rate, which the first chunk decides. Here samples enter the room: they are forced into
 * −1..1 before they are resampled, because one that is no number would spread. The filter may overshoot a little; `toPcm16` and
 * the codecs clip that. The chunks themselves are not changed. FFmpeg is loaded only when there is something to resample.
 * @param rateFor the rate to bring all to, in Hz, given the first chunk's
 * @throws USAGE (a chunk's rate is none), ENGINE_UNAVAILABLE, CANCELLED
 */
export async function* resampledStream(
  chunks: AsyncIterable<PcmChunk>,
  rateFor: (firstRate: number) => number,
  signal?: AbortSignal,
): AsyncGenerator<PcmChunk> {
  let target: number | undefined
  let current: {rate: number; resampler: Resampler} | undefined
  const chunkOf = (pcm: Float32Array): PcmChunk => ({pcm, sampleRate: target ?? 0})
  const finish = async (): Promise<PcmChunk[]> => {
    const ending = current
    current = undefined
    if (!ending) return []
    using resampler = ending.resampler
    return [chunkOf(await resampler.flush())]
  }
  try {
    for await (const {pcm, sampleRate} of untilAborted(chunks, signal)) {
      checkRate(sampleRate)
      if (pcm.length === 0) continue
      target ??= rateFor(sampleRate)
      if (current && current.rate !== sampleRate) yield* await finish()
      const clean = await runYielding(clampedSamples(pcm))
      if (sampleRate === target) {
        yield {pcm: clean, sampleRate}
        continue
      }
      current ??= {rate: sampleRate, resampler: await fromMono(sampleRate, target)}
      yield chunkOf(await current.resampler.push([asBuffer(clean)], clean.length))
    }
    yield* await finish()
  } finally {
    current?.resampler[Symbol.dispose]()
  }
}

const checkRate = (rate: number): void => {
  if (isSampleRate(rate)) return
  const expected = `a whole number from ${sampleRates.min} to ${sampleRates.max}`
  throw new EssenceError('USAGE', `A chunk of sound has a sample rate of ${rate} Hz; expected ${expected}.`)
}

const fromMono = async (rate: number, target: number): Promise<Resampler> => {
  const ffmpeg = await loadFfmpeg()
  const shape = {sampleRate: rate, sampleFormat: ffmpeg.AV_SAMPLE_FMT_FLT, layout: monoLayout(ffmpeg)}
  return new Resampler(ffmpeg, shape, target)
}

const asBuffer = (pcm: Float32Array): Buffer => Buffer.from(pcm.buffer, pcm.byteOffset, pcm.byteLength)
