import {demoMind} from '@essence/core/assistant/demo'
import {encodeToBytes} from '@essence/core/audio/encode/encode'
import {openEspeak} from '@essence/core/tts/espeak/espeak'
import {textToSpeech} from '@essence/core/tts/text-to-speech'
import {runTurn} from '@essence/core/voice/turn'
import {expect, it} from 'vitest'
import {collected} from '../collected.ts'
import {openNano} from '../stt/nano.ts'
import {temporaryFolder} from '../temporary-folder.ts'

it('real engines hear a voice note, answer it and speak the answer', async () => {
  const cacheDir = temporaryFolder()
  const tts = textToSpeech(await openEspeak())
  const stt = await openNano(cacheDir)
  const assistant = demoMind()
  try {
    const note = await encodeToBytes(tts.synthesize('What time is it?'), 'ogg')
    const events = await collected(
      runTurn({speaker: 'test', session: 'test', input: {audio: {bytes: note}}, language: 'en'}, {stt, assistant, tts}),
    )
    expect(events[0]).toMatchObject({
      type: 'transcript',
      transcript: {text: expect.stringMatching(/what time is it/i), language: 'en'},
    })
    const done = events.at(-1)
    expect(done).toMatchObject({
      type: 'done',
      text: expect.stringMatching(/\d|o'clock|time/),
      times: {decodeMs: expect.any(Number), sttMs: expect.any(Number), ttfaMs: expect.any(Number)},
    })
    const spokenMs = events.reduce(
      (sum, e) => sum + (e.type === 'speech' ? (e.pcm.length / e.sampleRate) * 1000 : 0),
      0,
    )
    expect(spokenMs).toBeGreaterThan(500)
    expect(done).toMatchObject({audioMs: Math.round(spokenMs)})
  } finally {
    await Promise.all([tts.close(), stt.close(), assistant.close()])
  }
})
