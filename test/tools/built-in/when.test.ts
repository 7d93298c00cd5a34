import {momentIn} from '@essence/core/tools/built-in/when'
import {momentOf, offsetMinutes} from '@essence/core/tools/built-in/zoned-time'
import {describe, expect, it} from 'vitest'

const now = new Date('2026-11-29T08:38:16Z')
const timeZone = 'Europe/Berlin'

it.each([
  ['en', 'tomorrow at 8', '2026-11-30T07:00:00.000Z'],
  ['en', 'in 10 minutes', '2026-11-29T08:48:16.000Z'],
  ['en', 'at 8', '2026-11-30T07:00:00.000Z'],
  ['en', 'on Friday at noon', '2026-12-04T11:00:00.000Z'],
  ['en', '2026-12-01T08:00', '2026-12-01T07:00:00.000Z'],
  ['de', 'morgen um 8', '2026-11-30T07:00:00.000Z'],
  ['de', 'morgen um 8 Uhr abends', '2026-11-30T19:00:00.000Z'],
  ['de', 'in einer Stunde', '2026-11-29T09:38:16.000Z'],
  ['fr', 'demain à 8h', '2026-11-30T07:00:00.000Z'],
  ['fr', 'demain à 8 heures du soir', '2026-11-30T19:00:00.000Z'],
  ['fr', 'dans 10 minutes', '2026-11-29T08:48:16.000Z'],
  ['es', 'mañana a las 8', '2026-11-30T07:00:00.000Z'],
  ['es', 'mañana a las 8 de la tarde', '2026-11-30T19:00:00.000Z'],
  ['es', 'en 10 minutos', '2026-11-29T08:48:16.000Z'],
  // The model wrote English of what was said in German.
  ['de', 'tomorrow at 8', '2026-11-30T07:00:00.000Z'],
])('%s: %s is %s', async (language, words, moment) => {
  expect((await momentIn(words, {language, timeZone, now})).toISOString()).toBe(moment)
})

it.each(['some day', '', '2020-01-01T08:00'])('refuses "%s"', async words => {
  await expect(momentIn(words, {language: 'en', timeZone, now})).rejects.toMatchObject({code: 'USAGE'})
})

describe('in the nights in which the clocks change', () => {
  it('tomorrow at 8 is 8 by the clocks of tomorrow, and in two hours is in two hours', async () => {
    const before = new Date('2027-03-27T20:00:00Z')
    const at = async (words: string, now: Date) => (await momentIn(words, {timeZone, now})).toISOString()
    expect(await at('tomorrow at 8', before)).toBe('2027-03-28T06:00:00.000Z')
    expect(await at('in 2 hours', new Date('2027-03-28T00:30:00Z'))).toBe('2027-03-28T02:30:00.000Z')
    expect(await at('tomorrow at 8', new Date('2026-10-24T20:00:00Z'))).toBe('2026-10-25T07:00:00.000Z')
  })

  it('an hour that the clocks skip is the one after it', () => {
    const skipped = {year: 2027, month: 3, day: 28, hour: 2, minute: 30, second: 0}
    expect(momentOf(timeZone, skipped).toISOString()).toBe('2027-03-28T01:30:00.000Z')
  })

  it('zones of half hours are right', () => {
    expect(offsetMinutes('Asia/Kolkata', now)).toBe(330)
    expect(offsetMinutes('America/St_Johns', now)).toBe(-210)
  })
})
