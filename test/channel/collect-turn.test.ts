import {collectSpokenTurn, collectTurn} from '@essence/core/channel/collect-turn'
import {EssenceError} from '@essence/core/kit/errors'
import type {PcmChunk} from '@essence/core/tts/port'
import type {TurnEvent} from '@essence/core/voice/events'
import {expect, it} from 'vitest'

const speech: TurnEvent = {type: 'speech', index: 0, pcm: new Float32Array(160), sampleRate: 16_000}
const done: TurnEvent = {type: 'done', text: ' Yes. ', audioMs: 30, times: {totalMs: 5}}

async function* turn(...events: (TurnEvent | Error)[]): AsyncGenerator<TurnEvent> {
  for (const event of events) {
    if (event instanceof Error) throw event
    yield event
  }
}

const count = async (chunks: AsyncIterable<PcmChunk>): Promise<number> => {
  let n = 0
  for await (const _ of chunks) n++
  return n
}

it('collects what a turn tells', async () => {
  const transcript = {text: 'is it', segments: [], language: 'en', audioMs: 1}
  const seen: string[] = []
  const events = turn({type: 'transcript', transcript, decodeMs: 1, sttMs: 1}, speech, done)
  expect(await collectTurn(events, ({type}) => void seen.push(type))).toEqual({
    transcript: 'is it',
    text: 'Yes.',
    audioMs: 30,
    times: {totalMs: 5},
  })
  expect(seen).toEqual(['transcript', 'speech', 'done'])
})

it('hands on the speech as it comes, however much there is', async () => {
  const many = Array.from({length: 100}, () => speech)
  expect(await collectSpokenTurn(turn(...many, done), count)).toMatchObject({
    text: 'Yes.',
    taken: {status: 'fulfilled', value: 100},
  })
})

it('goes on where what takes the speech fails', async () => {
  const failure = new Error('the disk is full')
  const fail = async (chunks: AsyncIterable<PcmChunk>): Promise<void> => {
    for await (const _ of chunks) throw failure
  }
  const many = Array.from({length: 100}, () => speech)
  expect(await collectSpokenTurn(turn(...many, done), fail)).toMatchObject({
    text: 'Yes.',
    taken: {status: 'rejected', reason: failure},
  })
})

it('tells why the voice failed, to what takes the speech too', async () => {
  const failed: TurnEvent = {type: 'speechFailed', index: 0, code: 'ENGINE_FAILED', message: 'hoarse', suggestions: []}
  const {speechFailure, taken} = await collectSpokenTurn(turn(speech, failed, done), count)
  expect(speechFailure).toMatchObject({code: 'ENGINE_FAILED', message: 'hoarse'})
  expect(taken).toEqual({status: 'rejected', reason: speechFailure})
})

it('ends what takes the speech when the turn fails', async () => {
  const failure = new EssenceError('CANCELLED', 'Enough.')
  let ended: unknown
  const take = (chunks: AsyncIterable<PcmChunk>) => count(chunks).catch(error => (ended = error))
  await expect(collectSpokenTurn(turn(speech, failure), take)).rejects.toBe(failure)
  expect(ended).toBe(failure)
})
