import {mockAssistant} from '@essence/core/assistant/mock'
import {liveCheck} from '@essence/core/engines/live-check'
import {EssenceError} from '@essence/core/kit/errors'
import {mockSpeechToText} from '@essence/core/stt/mock'
import {openMockTextToSpeech} from '@essence/core/tts/mock'
import {describe, expect, it} from 'vitest'

/** Mocks, and which conversations were asked and forgotten. */
const engines = async () => {
  const [asked, forgotten]: [string[], string[]] = [[], []]
  const assistant = mockAssistant({
    thought: 'hmm',
    reply: ({session, text}) => {
      asked.push(`${session}: ${text}`)
      return ` You said: ${text} `
    },
  })
  const forget = async (session: string) => void forgotten.push(session)
  return {
    stt: mockSpeechToText(),
    tts: await openMockTextToSpeech(),
    assistant: {...assistant, forget},
    asked,
    forgotten,
  }
}

describe('the live check', () => {
  it('sends what it said through a voice note to the recogniser, and on to the assistant, who forgets it', async () => {
    const mocks = await engines()
    expect(await liveCheck(mocks)).toMatchObject({
      said: 'what time is it',
      // What the mock hears in 0.88 s of sound.
      heard: 'Hello',
      answered: 'You said: Hello',
      synthesizeMs: expect.any(Number),
      recognizeMs: expect.any(Number),
      answerMs: expect.any(Number),
    })
    expect({asked: mocks.asked, forgotten: mocks.forgotten}).toEqual({
      asked: ['live-check: Hello'],
      forgotten: ['live-check'],
    })
  })

  it('goes on with what was said where nothing was heard, and tells so', async () => {
    const mocks = await engines()
    const deaf = {...mocks.stt, recognize: async () => ({text: '', segments: [], language: 'en', audioMs: 880})}
    expect(await liveCheck({...mocks, stt: deaf})).toMatchObject({heard: '', answered: 'You said: what time is it'})
  })

  it('fails as the engine that fails', async () => {
    const mocks = await engines()
    const broken = {
      ...mocks.stt,
      recognize: async () => {
        throw new EssenceError('ENGINE_FAILED', 'broken')
      },
    }
    await expect(liveCheck({...mocks, stt: broken})).rejects.toMatchObject({code: 'ENGINE_FAILED', message: 'broken'})
  })

  it('can be cancelled', async () => {
    await expect(liveCheck(await engines(), AbortSignal.abort())).rejects.toMatchObject({code: 'CANCELLED'})
  })
})
