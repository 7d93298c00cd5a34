import {isEssenceError} from '@essence/core/kit/errors'
import fc from 'fast-check'
import {expect, it} from 'vitest'
import {AudioBudget} from '../../src/seed/audio-budget.ts'
import {clientMessage, readMessage, soundOf} from '../../src/seed/client-message.ts'
import {readFrame} from '../../src/seed/socket/read-frame.ts'
import {openRecording} from '../../src/seed/socket/recording.ts'
import {anyFrame} from './any-frame.ts'

/** How many: VITEST_CASES=20000 npm test -- plugins/gateway/test/seed/frames */
const numRuns = Number(process.env['VITEST_CASES'] ?? 3000)

it('reads any frame, or says in one error what is wrong with it', () => {
  fc.assert(
    fc.property(anyFrame, frame => {
      try {
        const read = readFrame(Buffer.from(frame))
        if (read.type === 'text' || read.type === 'audio' || read.type === 'tts_request') readMessage(read)
      } catch (error) {
        expect(isEssenceError(error) && ['USAGE', 'AUDIO_EMPTY'].includes(error.code)).toBe(true)
      }
    }),
    {numRuns},
  )
})

it('takes either name of a text and of sound, and no type as text', () => {
  const read = (message: unknown) => readMessage(clientMessage.parse(message))
  expect(read({text: ' a '})).toMatchObject({type: 'text', text: 'a'})
  expect(read({type: 'tts_request', content: 'a', voice_id: 'default'})).toMatchObject({text: 'a', voice: undefined})
  const bytes = Buffer.from([1, 2, 3])
  for (const text of [bytes.toString('base64'), `data:audio/wav;base64,${bytes.toString('base64')}`]) {
    expect(read({type: 'audio', audio_b64: text})).toMatchObject({type: 'audio', audio: bytes})
    expect(read({type: 'audio', audio_data: text, audio_b64: null})).toMatchObject({audio: bytes})
  }
})

it('gives raw PCM the header of its rate, and a container none', () => {
  const pcm = Buffer.alloc(320, 3)
  const wav = Buffer.from(soundOf(pcm, {encoding: 'pcm16', sample_rate: 24_000}))
  expect([wav.toString('latin1', 0, 4), wav.readUInt32LE(24), wav.length]).toEqual(['RIFF', 24_000, 364])
  expect(soundOf(wav, {sample_rate: 16_000})).toBe(wav)
  expect(soundOf(pcm, {})).toBe(pcm)
  expect(() => soundOf(wav, {encoding: 'pcm'})).toThrow('are WAV')
})

it('holds no more of recordings than it may, and forgets each', () => {
  const budget = new AudioBudget(100)
  const one = budget.hold(80)
  one.push(Buffer.alloc(60))
  expect(() => one.push(Buffer.alloc(30))).toThrow(expect.objectContaining({code: 'AUDIO_TOO_LARGE'}))
  const other = budget.hold(80)
  expect(() => other.push(Buffer.alloc(50))).toThrow(expect.objectContaining({code: 'ENGINE_BUSY'}))
  expect(() => other.whole()).toThrow(expect.objectContaining({code: 'AUDIO_EMPTY'}))
  one.drop()
  one.drop()
  other.push(Buffer.alloc(50))
  expect(budget.held).toBe(50)
})

it('holds nothing of a recording that failed, whatever follows', () => {
  const budget = new AudioBudget()
  const options = {budget, maxBytes: 100, stallMs: 60_000, onStall: () => {}}
  fc.assert(
    fc.property(fc.array(fc.integer({min: 0, max: 80}), {maxLength: 8}), fc.boolean(), (sizes, ends) => {
      const recording = openRecording({type: 'audio_start'}, options)
      for (const size of sizes) {
        try {
          recording.push(Buffer.alloc(size))
        } catch {}
      }
      try {
        if (ends) recording.end()?.held.drop()
      } catch {}
      recording.drop()
      expect(budget.held).toBe(0)
    }),
  )
})
