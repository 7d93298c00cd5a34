// Sounds in which nobody speaks, made here and the same in every run: mono, 16 kHz, −1..1, 8 s each.
import {noise} from '../audio/sounds.ts'

const seconds = 8
const samples = seconds * 16_000

const made = (sampleAt: (t: number, i: number) => number): Float32Array =>
  Float32Array.from({length: samples}, (_, i) => sampleAt(i / 16_000, i))

const tone = (hz: number, t: number): number => Math.sin(2 * Math.PI * hz * t)

const sum = (...sounds: Float32Array[]): Float32Array =>
  Float32Array.from({length: samples}, (_, i) => sounds.reduce((total, sound) => total + (sound[i] ?? 0), 0))

const scaled = (sound: Float32Array, amplitude: number): Float32Array => {
  const peak = sound.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0)
  return sound.map(sample => (sample * amplitude) / peak)
}

const pink = (seed: number): Float32Array => {
  // Paul Kellet's three poles: 3 dB less an octave.
  let [a, b, c] = [0, 0, 0]
  return noise(samples, 1, seed).map(white => {
    a = 0.997_65 * a + white * 0.099_046
    b = 0.963 * b + white * 0.296_516_4
    c = 0.57 * c + white * 1.052_691_3
    return a + b + c + white * 0.1848
  })
}

const brown = (seed: number): Float32Array => {
  let level = 0
  return noise(samples, 1, seed).map(white => (level = 0.998 * level + 0.02 * white))
}

/** Mains with its harmonics, as a badly shielded cable has them. */
const hum = (hz: number): Float32Array =>
  made(t => [1, 2, 3, 4, 5, 6, 8, 10].reduce((total, n) => total + tone(hz * n, t + n / 7) / n, 0))

/** A sound that dies away, again and again at the given seconds. */
const struck = (at: (n: number) => number, sound: (t: number, n: number) => number): Float32Array => {
  const out = new Float32Array(samples)
  for (let n = 0; at(n) < seconds; n++) {
    const from = Math.round(at(n) * 16_000)
    for (let i = from; i < samples; i++) out[i] = (out[i] ?? 0) + sound((i - from) / 16_000, n)
  }
  return out
}

const random = noise(4096, 1, 99)
const randomAt = (n: number): number => random[n % random.length] ?? 0

/** Clicks of a keyboard: 2 to 8 a second, each some ms of noise. */
const keyboard = struck(
  n => 0.3 + n * 0.2 + 0.08 * randomAt(n),
  (t, n) => (t < 0.02 ? randomAt(Math.floor(t * 16_000) + n * 37) * Math.exp(-t * 300) : 0),
)

const clicks = struck(
  n => 0.5 + n * 0.7,
  t => (t < 0.001 ? 1 : 0),
)

const knocks = struck(
  n => 0.5 + n * 0.4 + (n % 3) * 0.1,
  t => (t < 0.3 ? tone(140, t) * Math.exp(-t * 30) + 0.2 * randomAt(Math.floor(t * 16_000)) * Math.exp(-t * 200) : 0),
)

/** A plucked string with harmonics, at the pitch of a key of a piano. */
const note = (key: number, t: number): number => {
  const hz = 440 * 2 ** ((key - 69) / 12)
  return t < 2 ? [1, 2, 3, 4, 5].reduce((total, n) => total + (tone(hz * n, t) / n) * Math.exp(-t * (1 + n)), 0) : 0
}

const scale = [60, 64, 67, 72, 76, 72, 67, 64]
const arpeggio = struck(
  n => n * 0.25,
  (t, n) => note(scale[n % scale.length] ?? 60, t),
)
const chords = struck(
  n => n * 1.5,
  (t, n) => [0, 4, 7].reduce((total, step) => total + note([60, 65, 67, 57][n % 4] ?? 60 + step, t), 0),
)
const drums = struck(
  n => n * 0.5,
  (t, n) =>
    n % 2 === 0
      ? t < 0.2
        ? tone(60, t) * Math.exp(-t * 20)
        : 0
      : t < 0.15
        ? randomAt(Math.floor(t * 16_000)) * Math.exp(-t * 35)
        : 0,
)
const organ = made(t => [262, 330, 392, 523].reduce((total, hz) => total + tone(hz, t) + 0.4 * tone(2 * hz, t), 0))

const rows = [697, 770, 852, 941]
const columns = [1209, 1336, 1477]
const dtmf = made(t => {
  const n = Math.floor(t / 0.25)
  return t % 0.25 < 0.15 ? tone(rows[n % 4] ?? 0, t) + tone(columns[n % 3] ?? 0, t) : 0
})
const dialTone = made(t => (t % 1.5 < 1 ? tone(425, t) : 0))
const siren = made(t => Math.sin(2 * Math.PI * (800 * t + 120 * Math.sin(2 * Math.PI * 0.5 * t))))
const sweep = made(t => Math.sin(2 * Math.PI * (100 * t + 200 * t * t)))

/** Air and blades: brown noise, and a whirr that beats. */
const fan = sum(
  scaled(brown(5), 0.5),
  made(t => 0.1 * tone(120, t) * (1 + 0.3 * tone(4, t)) + 0.05 * tone(240, t)),
)
/** Wind on a microphone: slow gusts of low noise. */
const wind = brown(6).map((sample, i) => sample * (0.4 + 0.6 * Math.sin((2 * Math.PI * 0.3 * i) / 16_000) ** 2))
const rain = pink(7).map((sample, i) => sample * (1 + 0.2 * randomAt(Math.floor(i / 80))))

const levels = [0.003, 0.03, 0.3]
const atLevels = (name: string, sound: Float32Array): [string, Float32Array][] =>
  levels.map(level => [`${name} at ${level}`, scaled(sound, level)])

/** Name and sound. */
export const notSpeech: readonly (readonly [string, Float32Array])[] = [
  ['silence', new Float32Array(samples)],
  ['an offset', new Float32Array(samples).fill(0.2)],
  ['the last bit flickering', noise(samples, 1 / 32_768)],
  ...atLevels('white noise', noise(samples, 1, 3)),
  ...atLevels('pink noise', pink(3)),
  ...atLevels('brown noise', brown(3)),
  ...atLevels('50 Hz hum', hum(50)),
  ...atLevels('60 Hz hum', hum(60)),
  ['a keyboard', scaled(keyboard, 0.5)],
  ['clicks', scaled(clicks, 0.8)],
  ['knocks', scaled(knocks, 0.7)],
  ['a sine', made(t => 0.4 * tone(440, t))],
  ['a low sine', made(t => 0.4 * tone(110, t))],
  ['an arpeggio', scaled(arpeggio, 0.5)],
  ['chords', scaled(chords, 0.5)],
  ['an organ', scaled(organ, 0.4)],
  ['drums', scaled(drums, 0.7)],
  ['dialling', scaled(dtmf, 0.4)],
  ['a dial tone', scaled(dialTone, 0.3)],
  ['a siren', scaled(siren, 0.4)],
  ['a sweep', scaled(sweep, 0.4)],
  ['a fan', scaled(fan, 0.3)],
  ['wind', scaled(wind, 0.5)],
  ['rain', scaled(rain, 0.2)],
  ['music over noise', sum(scaled(arpeggio, 0.3), scaled(drums, 0.3), scaled(pink(8), 0.05))],
]
