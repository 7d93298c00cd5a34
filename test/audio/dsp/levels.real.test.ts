import {readdirSync} from 'node:fs'
import {join} from 'node:path'
import {readAudio} from '@essence/core/audio/decode/decode'
import {fromDbfs, hasSpeech, peak, rms, toDbfs} from '@essence/core/audio/dsp/levels'
import {describe, expect, it} from 'vitest'
import {noise, sine} from '../sounds.ts'
import {hasSpeechFolder, speechFolder} from '../witness.ts'

describe('levels', () => {
  it('of a sine', () => {
    expect(rms(sine(440, 1))).toBeCloseTo(0.5 / Math.SQRT2, 4)
    expect(peak(sine(440, 1))).toBeCloseTo(0.5, 3)
    expect(peak(Float32Array.of(0.1, -0.7))).toBeCloseTo(0.7)
  })

  it('of nothing', () => {
    expect([rms(new Float32Array()), peak(new Float32Array())]).toEqual([0, 0])
    expect(toDbfs(0)).toBe(Number.NEGATIVE_INFINITY)
  })

  it('in dB and back', () => {
    expect(toDbfs(0.1)).toBeCloseTo(-20)
    for (const db of [-90, -20, -3, 0, 6]) expect(toDbfs(fromDbfs(db))).toBeCloseTo(db)
  })
})

/** Noise that gets darker: each sample keeps a share of the one before. */
const rumble = (keep: number, seed: number): Float32Array => {
  let value = 0
  return noise(16_000 * 5, 0.02, seed).map(sample => {
    value = keep * value + sample
    return value
  })
}

const mix = (a: Float32Array, b: Float32Array): Float32Array => a.map((sample, i) => sample + (b[i % b.length] ?? 0))

/** Syllables: a vowel-like tone that rises and falls three times a second. */
const babble = (level: number): Float32Array =>
  sine(220, 2).map((sample, i) => level * 2 * sample * Math.max(0, Math.sin((2 * Math.PI * 3 * i) / 16_000)))

describe('hasSpeech: no', () => {
  it('in nothing, silence and an offset', () => {
    expect(hasSpeech(new Float32Array())).toBe(false)
    expect(hasSpeech(new Float32Array(100))).toBe(false)
    expect(hasSpeech(new Float32Array(80_000))).toBe(false)
    expect(hasSpeech(new Float32Array(80_000).fill(0.4))).toBe(false)
  })

  it.each([50, 60, 100, 120])('in hum of %i Hz', hz => {
    expect(hasSpeech(sine(hz, 5))).toBe(false)
    expect(hasSpeech(sine(hz, 5).map(sample => sample * 0.02))).toBe(false)
  })

  it('in noise of any colour and level', () => {
    for (const amplitude of [0.001, 0.01, 0.1, 1]) expect(hasSpeech(noise(80_000, amplitude))).toBe(false)
    for (const keep of [0.9, 0.97, 0.99, 0.995]) {
      for (let seed = 1; seed <= 10; seed++) expect(hasSpeech(rumble(keep, seed)), `${keep} ${seed}`).toBe(false)
    }
  })

  it('in clicks', () => {
    const audio = noise(80_000, 0.001)
    for (let at = 4000; at < audio.length; at += 16_000) audio.fill(0.9, at, at + 160)
    expect(hasSpeech(audio)).toBe(false)
  })

  it('in speech too quiet to hear', () => expect(hasSpeech(babble(0.001))).toBe(false))
})

describe('hasSpeech: yes', () => {
  it('in syllables, also quiet ones, and within noise and hum', () => {
    expect(hasSpeech(babble(0.5))).toBe(true)
    expect(hasSpeech(babble(0.02))).toBe(true)
    expect(hasSpeech(mix(babble(0.2), noise(16_000, 0.05)))).toBe(true)
    expect(
      hasSpeech(
        mix(
          babble(0.2),
          sine(50, 1).map(sample => sample * 0.2),
        ),
      ),
    ).toBe(true)
  })

  it('in one word within ten seconds', () => {
    const audio = noise(160_000, 0.002)
    audio.set(babble(0.2).subarray(0, 3200), 120_000)
    expect(hasSpeech(audio)).toBe(true)
  })

  it.skipIf(!hasSpeechFolder)(
    `in recordings of people, whole and by the second, loud and quiet${hasSpeechFolder ? '' : ' (missing: shared/data/speech)'}`,
    async () => {
      const librivox = join(speechFolder, 'librivox')
      const files = readdirSync(librivox).filter(name => name.endsWith('.wav'))
      let [heard, seconds] = [0, 0]
      for (const path of [join(speechFolder, 'jfk.wav'), ...files.map(name => join(librivox, name))]) {
        const audio = await readAudio({path})
        expect(hasSpeech(audio), path).toBe(true)
        expect(hasSpeech(audio.map(sample => sample * fromDbfs(-15))), path).toBe(true)
        for (let at = 0; at + 16_000 <= audio.length; at += 4000) {
          seconds++
          if (hasSpeech(audio.subarray(at, at + 16_000))) heard++
        }
      }
      expect(heard / seconds).toBeGreaterThan(0.95)
    },
  )
})
