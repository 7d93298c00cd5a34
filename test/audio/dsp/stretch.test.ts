import {trimmedSpeech} from '@essence/core/audio/dsp/fades'
import {changeSpeech, changeTempo} from '@essence/core/audio/dsp/stretch'
import {describe, expect, it} from 'vitest'
import {medianPitch} from '../../tts/pitch.ts'

const rate = 24_000
/** Three seconds of a vowel: harmonics of 130 Hz that fall with frequency, with a slow swell. */
const vowel = Float32Array.from({length: 3 * rate}, (_, i) => {
  let sum = 0
  for (let k = 1; k <= 12; k++) sum += Math.sin((2 * Math.PI * 130 * k * i) / rate + k) / k
  return 0.2 * sum * (0.7 + 0.3 * Math.sin(i / 5000))
})
const semitonesFrom = (audio: Float32Array): number =>
  12 * Math.log2(medianPitch(audio, rate) / medianPitch(vowel, rate))

describe('speech of another speed and pitch', () => {
  it.each([0.5, 0.75, 1.25, 2, 3])('at speed %f keeps its pitch and takes as long as it should', async speed => {
    const audio = await changeTempo(vowel, rate, speed)
    expect(Math.abs((audio.length * speed) / vowel.length - 1)).toBeLessThan(0.03)
    expect(Math.abs(semitonesFrom(audio))).toBeLessThan(0.5)
  })

  it.each([-12, -5, 3, 7, 12])('moved by %i semitones keeps its length', async semitones => {
    const audio = await changeSpeech(vowel, rate, {speed: 1, semitones})
    expect(Math.abs(audio.length / vowel.length - 1)).toBeLessThan(0.03)
    expect(Math.abs(semitonesFrom(audio) - semitones)).toBeLessThan(0.5)
  })

  it('does both at once', async () => {
    const audio = await changeSpeech(vowel, rate, {speed: 1.5, semitones: -4})
    expect(Math.abs((audio.length * 1.5) / vowel.length - 1)).toBeLessThan(0.03)
    expect(Math.abs(semitonesFrom(audio) + 4)).toBeLessThan(0.5)
  })

  it('makes no jump larger than the sound has', async () => {
    const jumps = (audio: Float32Array): number =>
      audio.reduce((most, sample, i) => Math.max(most, Math.abs(sample - (audio[i - 1] ?? sample))), 0)
    expect(jumps(await changeTempo(vowel, rate, 1.3))).toBeLessThan(jumps(vowel) * 1.1)
  })

  it.each([0.59, 0.63, 0.71, 0.84])('at speed %f reaches the end of a sound that dies away', async speed => {
    const dying = vowel.map((sample, i) => sample * Math.min(1, (vowel.length - i) / 300))
    const audio = await changeTempo(dying, rate, speed)
    expect(audio).toHaveLength(Math.round(vowel.length / speed))
    expect(Math.abs(audio.at(-1) ?? 1)).toBeLessThan(0.01)
  })
})

describe('fades', () => {
  it('takes the silence away and starts and ends at nothing', () => {
    const padded = new Float32Array(4 * rate)
    padded.set(vowel, rate / 2)
    const heard = trimmedSpeech(padded, rate)
    expect(heard.length).toBeLessThan(vowel.length + rate * 0.06)
    expect(heard.length).toBeGreaterThan(vowel.length - rate * 0.02)
    expect(Math.abs(heard[0] ?? 1)).toBeLessThan(0.001)
    expect(Math.abs(heard.at(-1) ?? 1)).toBeLessThan(0.001)
    expect(trimmedSpeech(new Float32Array(100), rate)).toHaveLength(0)
  })
})
