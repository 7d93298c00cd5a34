import {expect, it} from 'vitest'
import {byDay} from '../../page/conversations/by-day.ts'
import {peaksOf} from '../../page/sound/waveform.ts'

const now = new Date(2026, 2, 10, 1, 0)
const held = (id: string, ...at: [number, number, number, number, number]) => ({
  ...{id, session: id, title: id, message_count: 2, created_at: '', updated_at: new Date(...at).toISOString()},
})

it('names the days of conversations by the calendar, not by hours', () => {
  const days = byDay(
    [
      held('after midnight', 2026, 2, 10, 0, 1),
      held('before midnight', 2026, 2, 9, 23, 59),
      held('yesterday morning', 2026, 2, 9, 0, 0),
      held('two days ago', 2026, 2, 8, 23, 59),
      held('last year', 2025, 2, 10, 12, 0),
    ],
    'en',
    now,
  )
  expect(days.map(({name, conversations}) => [name, ...conversations.map(({id}) => id)])).toEqual([
    ['today', 'after midnight'],
    ['yesterday', 'before midnight', 'yesterday morning'],
    ['Sunday, March 8', 'two days ago'],
    ['Monday, March 10, 2025', 'last year'],
  ])
  expect(byDay([held('heute', 2026, 2, 10, 0, 0)], 'de', now)[0]?.name).toBe('heute')
  // A clock that is a little behind the gateway's.
  expect(byDay([held('soon', 2026, 2, 11, 0, 0)], 'en', now)[0]?.name).toBe('today')
})

it('draws the loudest part highest, whatever the length', () => {
  const pcm = Int16Array.from({length: 4800}, (_, at) => (at < 2400 ? 1000 : -4000))
  const peaks = peaksOf(pcm)
  expect(peaks).toHaveLength(48)
  expect(peaks.slice(0, 24).every(peak => peak === 0.25)).toBe(true)
  expect(peaks.slice(24).every(peak => peak === 1)).toBe(true)
  expect(peaksOf(new Int16Array(10)).every(peak => peak === 0)).toBe(true)
  expect(peaksOf(Int16Array.of(5)).filter(peak => peak === 1)).toHaveLength(1)
})
