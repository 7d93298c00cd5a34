// What speaker models see of a sound, against a plain Fourier transform in 64 bits, and against what kaldi-native-fbank 1.23 gave.
import {readFileSync} from 'node:fs'
import {join} from 'node:path'
import {bands, fbank, framesOf, type WindowShape} from '@essence/core/speaker/fbank'
import {expect, it} from 'vitest'
import {noise} from '../audio/sounds.ts'

const [frameSamples, hop, size] = [400, 160, 512]
const melOf = (hz: number): number => 1127 * Math.log(1 + hz / 700)

const windows: Record<WindowShape, (i: number) => number> = {
  povey: i => (0.5 - 0.5 * Math.cos((2 * Math.PI * i) / (frameSamples - 1))) ** 0.85,
  hamming: i => 0.54 - 0.46 * Math.cos((2 * Math.PI * i) / (frameSamples - 1)),
}

/** As Kaldi describes it, without anything that makes it quick. */
const plain = (sound: Float32Array, window: WindowShape, scale: number): number[][] => {
  const frames = Array.from({length: Math.floor((sound.length - frameSamples) / hop) + 1}, (_, frame) => {
    const samples = Array.from({length: frameSamples}, (_, i) => (sound[frame * hop + i] ?? 0) * scale)
    const offset = samples.reduce((sum, each) => sum + each, 0) / frameSamples
    const centred = samples.map(each => each - offset)
    const windowed = centred.map((each, i) => (each - 0.97 * (centred[Math.max(0, i - 1)] ?? 0)) * windows[window](i))
    const power = Array.from({length: size / 2}, (_, bin) => {
      let [real, imaginary] = [0, 0]
      for (let i = 0; i < frameSamples; i++) {
        real += (windowed[i] ?? 0) * Math.cos((2 * Math.PI * bin * i) / size)
        imaginary -= (windowed[i] ?? 0) * Math.sin((2 * Math.PI * bin * i) / size)
      }
      return real ** 2 + imaginary ** 2
    })
    const width = (melOf(8000) - melOf(20)) / (bands + 1)
    return Array.from({length: bands}, (_, band) => {
      const left = melOf(20) + band * width
      const energy = power.reduce((sum, each, bin) => {
        const mel = melOf((bin * 16_000) / size)
        return sum + each * Math.max(0, Math.min((mel - left) / width, (left + 2 * width - mel) / width))
      }, 0)
      return Math.log(Math.max(energy, 2 ** -23))
    })
  })
  return frames.map(frame =>
    frame.map((value, band) => value - frames.reduce((sum, each) => sum + (each[band] ?? 0), 0) / frames.length),
  )
}

const furthest = (found: Iterable<number>, wanted: readonly number[]): number => {
  const values = [...found]
  expect(values).toHaveLength(wanted.length)
  return Math.max(...values.map((value, i) => Math.abs(value - (wanted[i] ?? Number.NaN))))
}

const shapes = [
  {window: 'povey', scale: 1},
  {window: 'hamming', scale: 32_768},
] as const

it.each<[string, Float32Array]>([
  ['noise', noise(2000, 0.3)],
  ['a click in silence', Float32Array.from({length: 2000}, (_, i) => (i === 900 ? 1 : 0))],
  ['silence', new Float32Array(1000)],
  ['one frame', noise(400, 0.1)],
])('%s looks as a plain Fourier transform has it', (_, sound) => {
  for (const {window, scale} of shapes)
    expect(furthest(fbank(sound, {window, scale}), plain(sound, window, scale).flat())).toBeLessThan(1e-4)
})

it('Kaldi gives the same numbers', () => {
  const witness = JSON.parse(readFileSync(join(import.meta.dirname, 'kaldi-fbank.json'), 'utf8')) as Record<
    WindowShape,
    number[][]
  >
  // A rising tone with noise and an offset; of its six frames the witness has the first and the last.
  const hiss = noise(1200, 0.05)
  const sound = Float32Array.from({length: 1200}, (_, i) => {
    const t = i / 16_000
    return (hiss[i] ?? 0) + 0.4 * Math.sin(2 * Math.PI * (200 * t + 9000 * t * t)) + 0.05
  })
  for (const {window, scale} of shapes) {
    const features = fbank(sound, {window, scale})
    expect(features).toHaveLength(6 * bands)
    const [first = [], last = []] = witness[window]
    expect(furthest(features.subarray(0, bands), first)).toBeLessThan(1e-3)
    expect(furthest(features.subarray(5 * bands), last)).toBeLessThan(1e-3)
  }
})

it('only whole frames count', () => {
  expect([0, 399, 400, 559, 560].map(framesOf)).toEqual([0, 0, 1, 1, 2])
  expect(fbank(new Float32Array(399), {window: 'povey', scale: 1})).toHaveLength(0)
})
