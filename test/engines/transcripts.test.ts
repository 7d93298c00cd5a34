import {mockAssistant} from '@essence/core/assistant/mock'
import type {Transcript} from '@essence/core/engines/options'
import {tellAnswered, tellHeard, tellSpoken} from '@essence/core/engines/transcripts'
import {mockSpeechToText} from '@essence/core/stt/mock'
import {openMockTextToSpeech} from '@essence/core/tts/mock'
import {beforeEach, describe, expect, it} from 'vitest'
import {bursts} from '../stt/bursts.ts'
import {scriptedMind} from './scripted-mind.ts'

let told: Transcript[]
const tell = (transcript: Transcript) => void told.push(transcript)
beforeEach(() => {
  told = []
})
const sound = bursts(2)
async function* once<T>(item: T) {
  yield item
}

describe('what is said is told', () => {
  it('of a recording and of a stream', async () => {
    const stt = tellHeard(mockSpeechToText(), tell)
    const {text} = await stt.recognize(sound)
    expect(text).not.toBe('')
    const finals: string[] = []
    for await (const event of stt.stream(once(sound))) if (event.type === 'final') finals.push(event.segment.text)
    expect(told).toEqual([text, ...finals].map(heard => ({heard})))
    expect(finals.length).toBeGreaterThan(0)
  })

  it('of an answer, as far as it was taken', async () => {
    const assistant = tellAnswered(mockAssistant(), tell)
    let taken = ''
    for await (const {text} of assistant.reply({speaker: 'a', session: 's', text: 'Hello there, June.'})) {
      taken += text
      break
    }
    expect(told).toEqual([{answered: taken, session: 's'}])
  })

  it('by an assistant that is the same but for that', () => {
    const {mind} = scriptedMind()
    const told = tellAnswered({...mockAssistant(), mind, lacks: ['no documents']}, tell)
    expect(told).toMatchObject({mind, lacks: ['no documents']})
  })

  it('of a text that is spoken', async () => {
    const tts = tellSpoken(await openMockTextToSpeech({}), tell)
    for await (const _ of tts.synthesize('Hello.'));
    expect(told).toEqual([{spoken: 'Hello.'}])
  })
})

it('without a listener, an engine is what it was', async () => {
  const [stt, assistant, tts] = [mockSpeechToText(), mockAssistant(), await openMockTextToSpeech({})]
  expect(tellHeard(stt, undefined)).toBe(stt)
  expect(tellAnswered(assistant, undefined)).toBe(assistant)
  expect(tellSpoken(tts, undefined)).toBe(tts)
})
