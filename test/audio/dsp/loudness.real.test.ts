import {execFileSync, spawnSync} from 'node:child_process'
import {writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {amplifyLimited} from '@essence/core/audio/dsp/limiter'
import {kWeighting} from '@essence/core/audio/dsp/loudness'
import {describe, expect, it} from 'vitest'
import {runSync} from '../../kit/run-sync.ts'
import {temporaryFolder} from '../../temporary-folder.ts'
import {loudness, truePeak} from '../meters.ts'

const tone = (seconds: number, hz: number, amplitude: number, rate = 48_000): Float32Array =>
  Float32Array.from({length: seconds * rate}, (_, i) => amplitude * Math.sin((2 * Math.PI * hz * i) / rate))

describe('loudness', () => {
  it('has the coefficients of BS.1770 at 48 kHz', () => {
    const [shelf, highPass] = kWeighting(48_000)
    expect(shelf.b0).toBeCloseTo(1.53512485958697, 8)
    expect(shelf.b1).toBeCloseTo(-2.69169618940638, 8)
    expect(shelf.a2).toBeCloseTo(0.73248077421585, 8)
    expect(highPass.a1).toBeCloseTo(-1.99004745483398, 8)
    expect(highPass.a2).toBeCloseTo(0.99007225036621, 8)
  })

  it('hears a full-scale tone of 997 Hz in one channel at -3.01 LUFS', () => {
    for (const rate of [16_000, 22_050, 24_000, 48_000]) {
      expect(loudness(tone(2, 997, 1, rate), rate)).toBeCloseTo(-3.01, 1)
    }
  })

  it('does not count silence, nor what is much softer than the rest', () => {
    const loud = tone(3, 500, 0.1)
    const gapped = new Float32Array(loud.length * 3)
    gapped.set(loud)
    expect(Math.abs(loudness(gapped, 48_000) - loudness(loud, 48_000))).toBeLessThan(0.5)
    expect(loudness(new Float32Array(48_000), 48_000)).toBe(Number.NEGATIVE_INFINITY)
  })
})

describe('the limiter', () => {
  it('finds the peak between the samples', () => {
    // At a quarter of the rate and 45 degrees every sample is 0.707 of the peak.
    const hidden = Float32Array.from({length: 4800}, (_, i) => Math.sin((Math.PI * i) / 2 + Math.PI / 4))
    expect(truePeak(hidden)).toBeGreaterThan(0.97)
    runSync(amplifyLimited(hidden, 1, 48_000))
    expect(20 * Math.log10(truePeak(hidden))).toBeLessThan(-1)
  })

  it('holds any sound under -1 dBTP, and only amplifies what stays below', () => {
    const bursts = tone(1, 3000, 0.2)
    for (let i = 10_000; i < 12_000; i++) bursts[i] = (bursts[i] ?? 0) * 4
    runSync(amplifyLimited(bursts, 3, 48_000))
    expect(20 * Math.log10(truePeak(bursts))).toBeLessThan(-1)
    const soft = tone(1, 440, 0.1)
    const twice = soft.map(sample => sample * 2)
    runSync(amplifyLimited(soft, 2, 48_000))
    expect(soft).toEqual(twice)
  })
})

const hasFfmpeg = spawnSync('ffmpeg', ['-version']).status === 0
describe.skipIf(!hasFfmpeg)(`against ffmpeg's ebur128${hasFfmpeg ? '' : ' (skipped: no ffmpeg here)'}`, () => {
  it('measures the same loudness and the same peak', () => {
    const audio = tone(4, 220, 0.3, 24_000)
    for (let i = 0; i < audio.length; i++) audio[i] = (audio[i] ?? 0) * (0.2 + 0.8 * Math.abs(Math.sin(i / 9000)))
    const folder = temporaryFolder()
    writeFileSync(join(folder, 'a.f32'), Buffer.from(audio.buffer))
    const command = `ffmpeg -hide_banner -f f32le -ar 24000 -ac 1 -i ${folder}/a.f32 -af ebur128=peak=true -f null - 2>&1`
    const said = execFileSync('sh', ['-c', command], {encoding: 'utf8'}).split('Summary').at(-1) ?? ''
    expect(loudness(audio, 24_000)).toBeCloseTo(Number(said.match(/I:\s+(-[\d.]+)/)?.[1]), 0)
    expect(20 * Math.log10(truePeak(audio))).toBeCloseTo(Number(said.match(/Peak:\s+(-[\d.]+)/)?.[1]), 0)
  })
})
