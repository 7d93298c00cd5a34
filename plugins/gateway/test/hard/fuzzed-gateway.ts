import type {Mind} from '@essence/core/assistant/port'
import {EssenceError} from '@essence/core/kit/errors'
import {expect} from 'vitest'
import {scriptedMind} from '../../../../test/engines/scripted-mind.ts'
import {expectFailure, openHard} from './hard-gateway.ts'

/** Not a word of it is for Anna. */
export const secret = 'what only Ben has said'

/** A gateway at which Ben has said something, and what Anna is told there. */
export const openFuzzed = async () => {
  const {mind} = scriptedMind()
  const add: Mind['documents']['add'] = async ({name, bytes}) => {
    if (bytes.length === 0) throw new EssenceError('DOCUMENT_UNREADABLE', 'It is empty.')
    return {id: 'd', name, kind: 'text', bytes: bytes.length, chunks: 1, addedAt: new Date(), state: 'ready'}
  }
  const june = await openHard({heard: 'hello', mind: {...mind, documents: {...mind.documents, add}}}, {stallMs: 60_000})
  const anna = {authorization: `Bearer ${await june.tokenFor('anna')}`}
  const ben = {authorization: `Bearer ${await june.tokenFor('ben')}`}
  for (const key of ['k', '']) {
    await june.post('/chat', {text: secret, conversation_id: 'c'}, {...ben, ...(key && {'idempotency-key': key})})
  }
  const send = async (path: string, init: RequestInit): Promise<{status: number; body: string}> => {
    // Nothing is left without an answer.
    const signal = AbortSignal.timeout(120_000)
    const headers = {...anna, ...init.headers}
    const response = await fetch(june.address + path, {method: 'POST', signal, ...init, headers})
    return {status: response.status, body: await response.text()}
  }
  return {...june, anna, send}
}

export type Fuzzed = Awaited<ReturnType<typeof openFuzzed>>

/** An answer, or a failure that is told as one; neither a fault of ours nor another person's. */
export const expectSound = ({status, body}: {status: number; body: string}): void => {
  expect(body).not.toContain(secret)
  if (status >= 400) expectFailure(status, body)
  else expect(status).toBeLessThan(300)
}
