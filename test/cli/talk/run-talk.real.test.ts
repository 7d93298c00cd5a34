// The timeline of a talk: what is played while so much is heard. Native: FFmpeg resamples.
import {expect, it} from 'vitest'
import {liveTurns} from '../../../src/cli/talk/live/live-turns.ts'
import {runTalk} from '../../../src/cli/talk/live/run-talk.ts'
import type {LiveConversation, LiveEvent} from '../../../src/conversation/port.ts'
import {Channel} from '../../../src/kit/flow/channel.ts'
import {sine} from '../../audio/sounds.ts'
import {ended} from './live-events.ts'

const frame = 320

/** A talk whose microphone gives a frame when it is asked for one. */
const talk = () => {
  const events = new Channel<LiveEvent>(100)
  const frames = new Channel<Float32Array>(0)
  const heard: Float32Array[] = []
  const played: Float32Array[] = []
  const reference: number[] = []
  const failure = Promise.withResolvers<never>()
  const conversation = {
    events,
    hear: audio => void heard.push(audio),
    close: async () => events.end(),
  } as Partial<LiveConversation> as LiveConversation
  let silent = 0
  const running = runTalk({
    conversation,
    input: {name: 'test', isFile: false, isOver: false, frames},
    output: {name: 'test', failed: failure.promise, play: pcm => void played.push(pcm), close: async () => {}},
    echo: {
      description: 'halves what it hears',
      played: audio => void reference.push(audio.length),
      cancel: audio => audio.map(sample => sample / 2),
      close: () => {},
    },
    turns: liveTurns(),
    view: {show: () => {}, hear: () => {}},
    onSilent: () => silent++,
  })
  const settle = () => new Promise(resolve => setTimeout(resolve, 5))
  const listen = async (count: number, sample = 0.5): Promise<void> => {
    for (let i = 0; i < count; i++) await frames.push(new Float32Array(frame).fill(sample))
    await settle()
  }
  const happen = async (...all: LiveEvent[]): Promise<void> => {
    for (const event of all) await events.push(event)
    await settle()
  }
  const end = async (): Promise<void> => {
    frames.end()
    await running
  }
  return {heard, played, reference, failure, running, listen, happen, end, silent: () => silent}
}

const isSilence = (pcm: Float32Array | undefined): boolean => pcm?.every(sample => sample === 0) === true
const audio: LiveEvent = {type: 'audio', response: 'r', pcm: sine(440, 0.2, 24_000), sampleRate: 24_000, atMs: 0}

it('plays as much as is heard, sound or silence, and cancels the echo of just that', async () => {
  const {listen, happen, played, heard, reference, end} = talk()
  await listen(2)
  await happen(audio)
  await listen(12)
  await end()
  expect(played.map(({length}) => length)).toEqual(played.map(() => 480))
  // Silence, 200 ms of sound, silence.
  expect(played.map(isSilence)).toEqual(played.map((_, i) => i < 2 || i >= 12))
  expect(heard.every(samples => samples.length === frame && samples[0] === 0.25)).toBe(true)
  const referenceSamples = reference.reduce((sum, length) => sum + length, 0)
  // But for what the resampler's filter holds back.
  expect(Math.abs(referenceSamples - played.length * frame)).toBeLessThan(frame)
})

it('is silent from the next frame on when June is interrupted', async () => {
  const {listen, happen, played, end} = talk()
  await happen(audio)
  await listen(3)
  await happen(ended({text: 'Hello there.', heard: 'Hello', status: 'interrupted'}))
  const before = played.length
  await listen(4)
  await end()
  expect(played.slice(0, 3).some(isSilence)).toBe(false)
  expect(played.slice(before).every(isSilence)).toBe(true)
})

it('says once that a microphone gives nothing but zeros for 5 s', async () => {
  const {listen, end, silent} = talk()
  await listen(249, 0)
  expect(silent()).toBe(0)
  await listen(100, 0)
  await end()
  expect(silent()).toBe(1)
})

it('ends with what the output fails with', async () => {
  const {failure, running} = talk()
  failure.reject(new Error('no speakers'))
  await expect(running).rejects.toThrow('no speakers')
})
