import {seededRandom} from '../../kit/random.ts'
import {personRate} from './mixer.ts'

/** RMS to which speech of usual loudness comes: −23 dBFS; every sound made here has it, so that their dB can be compared. */
const usualRms = 10 ** (-23 / 20)

/** Brought to the loudness of speech; peaks are kept below full scale. */
export const asLoudAsSpeech = (pcm: Float32Array): Float32Array => {
  const loud = pcm.filter(sample => Math.abs(sample) > 1e-3)
  const rms = Math.sqrt(loud.reduce((sum, sample) => sum + sample ** 2, 0) / Math.max(1, loud.length))
  const largest = pcm.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0)
  const gain = rms > 0 ? Math.min(usualRms / rms, 0.98 / largest) : 0
  return pcm.map(sample => sample * gain)
}

const lengthOf = (seconds: number): number => Math.round(seconds * personRate)

/** A band of sound around a frequency (two poles). */
const resonance = (pcm: Float32Array, hz: number, width: number): Float32Array => {
  const r = Math.exp((-Math.PI * width) / personRate)
  const [a1, a2] = [2 * r * Math.cos((2 * Math.PI * hz) / personRate), -r * r]
  let [y1, y2] = [0, 0]
  return pcm.map(sample => {
    const y = (1 - r) * sample + a1 * y1 + a2 * y2
    ;[y2, y1] = [y1, y]
    return y
  })
}

const mixed = (parts: readonly (readonly [Float32Array, number])[]): Float32Array => {
  const out = new Float32Array(Math.max(...parts.map(([{length}]) => length)))
  for (const [pcm, gain] of parts)
    for (let i = 0; i < pcm.length; i++) out[i] = (out[i] as number) + gain * (pcm[i] as number)
  return out
}

/** "Mhm": a voice with closed lips, two beats, the second higher; 0.45 s. */
export const mhm = (seed: number): Float32Array => {
  const random = seededRandom(seed)
  const pitch = 105 + 30 * random()
  let phase = 0
  const voice = Float32Array.from({length: lengthOf(0.45)}, (_, i) => {
    const t = i / personRate
    phase += (pitch * (t < 0.22 ? 1 : 1.25) * (1 + 0.01 * (random() - 0.5))) / personRate
    const beat = t < 0.2 ? Math.sin((Math.PI * t) / 0.2) : t < 0.24 ? 0.05 : Math.sin((Math.PI * (t - 0.24)) / 0.21)
    // A pulse for each opening of the glottis.
    return Math.max(0, beat) * (Math.exp(-12 * (phase % 1)) - 0.08 + 0.02 * (random() - 0.5))
  })
  return asLoudAsSpeech(
    mixed([
      [resonance(voice, 260, 80), 1],
      [resonance(voice, 1100, 200), 0.15],
      [resonance(voice, 2200, 300), 0.05],
    ]),
  )
}

/** A cough: two bursts of breath through an open mouth; 0.5 s. */
export const cough = (seed: number): Float32Array => {
  const random = seededRandom(seed)
  const second = 0.24 + 0.06 * random()
  const breath = Float32Array.from({length: lengthOf(0.5)}, (_, i) => {
    const t = i / personRate
    const burst = (from: number, decay: number): number =>
      t < from ? 0 : Math.min(1, (t - from) / 0.008) * Math.exp(-(t - from) * decay)
    return (burst(0, 16) + 0.7 * burst(second, 22)) * (random() * 2 - 1)
  })
  return asLoudAsSpeech(
    mixed([
      [resonance(breath, 550, 250), 1],
      [resonance(breath, 1400, 400), 0.8],
      [resonance(breath, 2900, 700), 0.5],
    ]),
  )
}

/** Semitones above the root. */
const chords = [
  [0, 4, 7],
  [9, 12, 16],
  [5, 9, 12],
  [7, 11, 14],
]

/** Music without words: four chords, a bass, a beat; 8 s that can be repeated. */
export const music = (seed: number): Float32Array => {
  const random = seededRandom(seed)
  const out = new Float32Array(lengthOf(8))
  const hzOf = (semitones: number): number => 220 * 2 ** (semitones / 12)
  const add = (from: number, seconds: number, sample: (t: number) => number): void => {
    const start = lengthOf(from)
    for (let i = 0; i < lengthOf(seconds) && start + i < out.length; i++)
      out[start + i] = (out[start + i] as number) + sample(i / personRate)
  }
  const tone = (hz: number, decay: number, gain: number) => (t: number) =>
    gain *
    Math.min(1, t / 0.01) *
    Math.exp(-t * decay) *
    (Math.sin(2 * Math.PI * hz * t) + 0.4 * Math.sin(4 * Math.PI * hz * t))
  for (let beat = 0; beat < 16; beat++) {
    const chord = chords[Math.floor(beat / 4)] ?? []
    const from = beat / 2
    for (const note of chord) add(from, 0.5, tone(hzOf(note), 4, 0.2))
    add(from, 0.5, tone(hzOf((chord[0] ?? 0) - 24), 5, 0.5))
    add(from, 0.25, tone(hzOf((chord[Math.floor(random() * 3)] ?? 0) + 12), 9, 0.25))
    add(from + 0.25, 0.1, t => 0.15 * Math.exp(-t * 60) * (random() * 2 - 1))
  }
  return asLoudAsSpeech(out)
}
