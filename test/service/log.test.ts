// Transcripts are personal data: they enter the log of a service at one place, and only where it is asked for.
import {EssenceError} from '@essence/core/kit/errors'
import {type Log, logFailure, transcriptLog} from '@essence/core/service/log'
import {expect, it} from 'vitest'

it('what is said goes to the log at level DEBUG, and only where LOG_TRANSCRIPTS is on', () => {
  const logged: unknown[] = []
  const log = {debug: (...line: unknown[]) => logged.push(line)} as unknown as Log
  expect(transcriptLog(log, {LOG_TRANSCRIPTS: false})).toBeUndefined()
  transcriptLog(log, {LOG_TRANSCRIPTS: true})?.({answered: 'It is four.', session: 's'})
  expect(logged).toEqual([[{answered: 'It is four.', session: 's'}, 'transcript']])
})

it.each([
  ['VOICE_UNKNOWN', 'info'],
  ['ENGINE_BUSY', 'info'],
  ['ENGINE_UNAVAILABLE', 'warn'],
  ['TIMED_OUT', 'warn'],
  ['REMOTE_REFUSED', 'warn'],
  ['ENGINE_FAILED', 'error'],
] as const)('a call that ended in %s is logged as %s; only a fault has its stack', (code, level) => {
  const logged: {level: string; err?: unknown; why?: string}[] = []
  const log = (name: string) => (fields: object) => void logged.push({level: name, ...fields})
  const levels = {info: log('info'), warn: log('warn'), error: log('error')} as unknown as Log
  logFailure(levels, new EssenceError(code, 'why it did'), {method: '/x'}, 'call failed')
  expect(logged).toMatchObject([{level, code, method: '/x'}])
  expect(logged[0]?.err !== undefined).toBe(level === 'error')
  expect(logged[0]?.why).toBe(level === 'error' ? undefined : 'why it did')
})
