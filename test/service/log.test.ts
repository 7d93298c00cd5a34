// Transcripts are personal data: they enter the log of a service at one place, and only where it is asked for.
import {type Log, transcriptLog} from '@essence/core/service/log'
import {expect, it} from 'vitest'

it('what is said goes to the log at level DEBUG, and only where LOG_TRANSCRIPTS is on', () => {
  const logged: unknown[] = []
  const log = {debug: (...line: unknown[]) => logged.push(line)} as unknown as Log
  expect(transcriptLog(log, {LOG_TRANSCRIPTS: false})).toBeUndefined()
  transcriptLog(log, {LOG_TRANSCRIPTS: true})?.({answered: 'It is four.', session: 's'})
  expect(logged).toEqual([[{answered: 'It is four.', session: 's'}, 'transcript']])
})
