// What Whisper sees of a sound, against a plain Fourier transform and the mel filters as librosa computes them, in 64 bits.
import {OnnxGraph} from '@essence/core/onnx/graph'
import {framed, logMel, slaneyFilters as ownFilters} from '@essence/core/onnx/log-mel'
import {loadOrt} from '@essence/core/onnx/session'
import {readWhisperContents} from '@essence/core/stt/ggml/whisper-file'
import {juneNanoPath} from '@essence/core/stt/june-nano'
import {expect, it} from 'vitest'
import {noise} from '../audio/sounds.ts'
import {temporaryFolder} from '../temporary-folder.ts'

const folder = temporaryFolder()

const [rate, size, hop, bands] = [16_000, 400, 160, 80]
const bins = size / 2 + 1

/** Slaney's scale: linear to 1000 Hz, logarithmic above. */
const melOf = (hz: number): number => (hz < 1000 ? (3 * hz) / 200 : 15 + Math.log(hz / 1000) / (Math.log(6.4) / 27))
const hzOf = (mel: number): number => (mel < 15 ? (200 * mel) / 3 : 1000 * Math.exp((Math.log(6.4) / 27) * (mel - 15)))

/** Triangles of equal area between points that are equally far apart on the scale. */
const slaneyFilters = (): number[][] => {
  const points = Array.from({length: bands + 2}, (_, i) => hzOf((melOf(rate / 2) * i) / (bands + 1)))
  return Array.from({length: bands}, (_, band) => {
    const [low = 0, middle = 0, high = 0] = points.slice(band)
    return Array.from({length: bins}, (_, bin) => {
      const hz = (bin * rate) / size
      const height = Math.max(0, Math.min((hz - low) / (middle - low), (high - hz) / (high - middle)))
      return (2 * height) / (high - low)
    })
  })
}

/** OpenAI's `log_mel_spectrogram` of so many frames: the sound mirrored before its beginning, silence behind it. */
const plainLogMel = (sound: Float32Array, frames: number, filters: readonly number[][]): number[][] => {
  const sample = (at: number): number => sound[at < 0 ? -at : at] ?? 0
  const powers = Array.from({length: frames}, (_, frame) =>
    Array.from({length: bins}, (_, bin) => {
      let [real, imaginary] = [0, 0]
      for (let i = 0; i < size; i++) {
        const windowed = sample(frame * hop - size / 2 + i) * Math.sin((Math.PI * i) / size) ** 2
        real += windowed * Math.cos((2 * Math.PI * bin * i) / size)
        imaginary -= windowed * Math.sin((2 * Math.PI * bin * i) / size)
      }
      return real ** 2 + imaginary ** 2
    }),
  )
  const mel = filters.map(filter =>
    powers.map(power =>
      Math.log10(
        Math.max(
          1e-10,
          filter.reduce((sum, weight, bin) => sum + weight * (power[bin] ?? 0), 0),
        ),
      ),
    ),
  )
  const loudest = Math.max(...mel.flat())
  return mel.map(band => band.map(value => (Math.max(value, loudest - 8) + 4) / 4))
}

const filters = slaneyFilters()

it.each<[string, () => Promise<Float32Array>]>([
  ['june-nano', async () => (await readWhisperContents(await juneNanoPath(folder))).melFilters],
  ['a model that brings none', async () => ownFilters(bands)],
])("the filters of %s are Slaney's", async (_, filtersOf) => {
  const found = await filtersOf()
  const wanted = filters.flat()
  expect(found).toHaveLength(wanted.length)
  const furthest = found.reduce((most, weight, i) => Math.max(most, Math.abs(weight - (wanted[i] ?? 0))), 0)
  expect(furthest).toBeLessThan(1e-7)
})

it.each<[string, Float32Array]>([
  ['a tone', Float32Array.from({length: 4000}, (_, i) => 0.5 * Math.sin((2 * Math.PI * 440 * i) / rate))],
  ['noise', noise(4000, 0.3)],
  ['a click in silence', Float32Array.from({length: 4000}, (_, i) => (i === 2000 ? 1 : 0))],
  ['silence', new Float32Array(4000)],
  ['less than half a frame', noise(150, 0.3)],
  ['more than the frames hold', noise(9000, 0.3)],
])('%s looks as a plain Fourier transform has it', async (_, sound) => {
  const frames = 32
  const graph = new OnnxGraph('mel')
  const samples = graph.input('samples', 'float32', [1, 1, 'samples'])
  graph.output(logMel(graph, samples, Float32Array.from(filters.flat()), bands), 'mel', 'float32', [1, bands, 'frames'])
  const ort = await loadOrt()
  const session = await ort.InferenceSession.create(graph.finish(), {intraOpNumThreads: 1})
  const given = framed(sound, frames)
  const {mel} = await session.run({samples: new ort.Tensor('float32', given, [1, 1, given.length])})
  expect(mel?.dims).toEqual([1, bands, frames])
  const found = mel?.data as Float32Array
  const wanted = plainLogMel(sound, frames, filters).flat()
  const furthest = wanted.reduce((most, value, i) => Math.max(most, Math.abs(value - (found[i] ?? Number.NaN))), 0)
  // 32 bits see less than 64 in bands that are a hundred million times quieter than the loudest.
  expect(furthest).toBeLessThan(2e-3)
  await session.release()
})
