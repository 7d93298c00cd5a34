import {afterEach, beforeEach, expect, it, vi} from 'vitest'
import type {RealtimeSession} from '../../src/realtime/session.ts'
import {Sessions} from '../../src/realtime/sessions.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const opened = (sessions: Sessions, id: string, speaker = 'user:anna') => {
  const trace: string[] = []
  const session = {
    ...{id, served: {speaker}},
    lifetimeMs: 3_600_000,
    suspend: () => trace.push('suspended'),
    expire: async (withinMs: number) => void trace.push(`to end within ${withinMs} ms`),
    close: () => {
      trace.push('closed')
      sessions.forget(session)
    },
  } as unknown as RealtimeSession
  sessions.add(session)
  return {session, trace}
}

it('waits 30 s for a client to come back, and no longer', () => {
  const sessions = new Sessions()
  const {session, trace} = opened(sessions, 'one')
  sessions.wait(session)
  vi.advanceTimersByTime(29_000)
  expect(sessions.get('one', 'user:anna')).toBe(session)
  sessions.keep(session)
  vi.advanceTimersByTime(60_000)
  expect(trace).toEqual(['suspended'])
  sessions.wait(session)
  vi.advanceTimersByTime(30_000)
  expect(trace).toEqual(['suspended', 'suspended', 'closed'])
  expect(() => sessions.get('one', 'user:anna')).toThrow('There is no session one to go on with')
})

it('keeps eight of a person waiting; of more, the one that has waited longest ends', () => {
  const sessions = new Sessions()
  const ben = opened(sessions, 'ben', 'user:ben')
  sessions.wait(ben.session)
  const all = Array.from({length: 9}, (_, n) => opened(sessions, `${n}`))
  for (const {session} of all) sessions.wait(session)
  expect(all.map(({trace}) => trace.includes('closed'))).toEqual([true, ...Array(8).fill(false)])
  expect(ben.trace).toEqual(['suspended'])
})

it('ends a session within the last minute of its hour, and none that has ended', () => {
  const sessions = new Sessions()
  const [one, two] = [opened(sessions, 'one'), opened(sessions, 'two')]
  sessions.forget(two.session)
  vi.advanceTimersByTime(58 * 60_000)
  expect(one.trace).toEqual([])
  vi.advanceTimersByTime(60_000)
  expect(one.trace).toEqual(['to end within 60000 ms'])
  expect(two.trace).toEqual([])
})
