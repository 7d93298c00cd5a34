import {setTimeout as delay} from 'node:timers/promises'
import type {VoiceEngine} from '@essence/core/tts/engine'
import {measureVoice, paceOf, speedText} from '@essence/core/tts/speed'
import {describe, expect, it} from 'vitest'

/** A voice that computes, or waits, so long for each clause and gives so many seconds of sound. */
const voice = (device: 'cpu' | 'cuda', spend: () => unknown, seconds: number): VoiceEngine => ({
  info: {engine: 'fake', model: 'fake', device, deviceReason: 'a test'},
  voices: [],
  defaultVoice: 'v',
  resolve: id => id,
  voiceFor: () => undefined,
  native: {speed: true, pitch: 0},
  concurrency: 1,
  async *speak() {
    await spend()
    if (seconds > 0) yield {pcm: new Float32Array(seconds * 8000), sampleRate: 8000}
  },
  close: async () => {},
})
const compute = (ms: number) => () => {
  const started = process.cpuUsage()
  for (;;) {
    const {user, system} = process.cpuUsage(started)
    if (user + system >= ms * 1000) return
  }
}

describe('the speed of a voice', () => {
  it('is the time it computes by the time of its speech', async () => {
    const speed = await measureVoice(voice('cpu', compute(20), 0.01))
    // 20 ms of work for 10 ms of sound, and more where the machine is busy; less where another thread of this process counts, too.
    expect(speed?.rtf).toBeGreaterThan(1.4)
    expect(speed?.firstAudioMs).toBeGreaterThan(14)
    expect(paceOf(speed ?? {rtf: 0, firstAudioMs: 0})).toBe('slow')
  })

  it('on the CPU does not count the time in which another program had the core; on a GPU waiting counts', async () => {
    const wait = () => delay(100)
    const cpu = await measureVoice(voice('cpu', wait, 0.05))
    const gpu = await measureVoice(voice('cuda', wait, 0.05))
    expect(gpu?.rtf).toBeGreaterThan(1.9)
    expect(cpu?.rtf).toBeLessThan(gpu?.rtf ?? 0)
  })

  it('is unknown where there is no sound, and ends when it is cancelled', async () => {
    expect(await measureVoice(voice('cpu', () => {}, 0))).toBeUndefined()
    await expect(
      measureVoice(
        voice('cpu', () => {}, 1),
        AbortSignal.abort(),
      ),
    ).rejects.toMatchObject({code: 'CANCELLED'})
  })

  it.each([
    [{rtf: 0.16, firstAudioMs: 90}, 'real-time', 'speaks in real time (0.16 of'],
    [{rtf: 0.16, firstAudioMs: 301}, 'keeps-up', 'keeps up'],
    [{rtf: 0.51, firstAudioMs: 90}, 'keeps-up', 'keeps up'],
    [{rtf: 2.24, firstAudioMs: 90}, 'slow', 'is 2.2 × slower than speech on this machine'],
  ] as const)('%j is %s', (speed, pace, text) => {
    expect(paceOf(speed)).toBe(pace)
    expect(speedText(speed)).toContain(text)
  })
})
