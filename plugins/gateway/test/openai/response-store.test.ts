import {expect, it} from 'vitest'
import {openResponseStore, type Stored} from '../../src/openai/response-store.ts'

const stored = (owner: string, id: string, more: Partial<Stored> = {}): Stored => ({
  ...{owner, session: undefined, messages: [{role: 'user', content: 'x'.repeat(100)}]},
  response: {id, status: 'completed', output: []},
  ...more,
})

const kept = (store: ReturnType<typeof openResponseStore>, ids: string[]) => ids.filter(store.has)

it('keeps the last ones of each person, and those that are being made', () => {
  const store = openResponseStore({perPerson: 2, characters: 1e6, ms: 1000}, () => 0)
  store.put(stored('anna', 'running', {stop: new AbortController()}))
  for (const id of ['a1', 'a2', 'a3']) store.put(stored('anna', id))
  store.put(stored('ben', 'b1'))
  expect(kept(store, ['running', 'a1', 'a2', 'a3', 'b1'])).toEqual(['running', 'a2', 'a3', 'b1'])
})

it('keeps none for longer than they may be, nor more than there is room for', () => {
  let now = 0
  const store = openResponseStore({perPerson: 9, characters: 500, ms: 1000}, () => now)
  for (const id of ['a1', 'a2', 'a3', 'a4']) store.put(stored('anna', id))
  expect(kept(store, ['a1', 'a2', 'a3', 'a4'])).toEqual(['a3', 'a4'])
  now = 1001
  expect(() => store.get('anna', 'a4')).toThrow('There is no response a4')
})
