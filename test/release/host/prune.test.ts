import {rollbackTarget, selectPrunable} from '@essence/core/release/host/prune'
import type {ReleaseRecord} from '@essence/core/release/host/service-state'
import fc from 'fast-check'
import {describe, expect, it} from 'vitest'

/** `good 3`: deployed third. */
const records = (table: Record<string, string>): Record<string, ReleaseRecord> =>
  Object.fromEntries(
    Object.entries(table).map(([build, text]) => {
      const [state = '', at = ''] = text.split(' ')
      const time = `2026-01-01T00:00:${at.padStart(2, '0')}.000Z`
      return [
        build,
        {state: state as ReleaseRecord['state'], unpackedAt: time, ...(state === 'good' ? {deployedAt: time} : {})},
      ]
    }),
  )

describe('what is removed', () => {
  it.each<[string, Record<string, string>, string | undefined, string | undefined, number, string[]]>([
    ['nothing of what is kept', {a: 'good 1', b: 'good 2', c: 'good 3'}, 'c', 'b', 3, []],
    ['the oldest good one', {a: 'good 1', b: 'good 2', c: 'good 3', d: 'good 4'}, 'd', 'c', 3, ['a']],
    [
      'not the current and the previous one, however old',
      {a: 'good 1', b: 'good 2', c: 'good 3', d: 'good 4'},
      'a',
      'b',
      1,
      ['d', 'c'],
    ],
    [
      'failed ones by themselves, all but the newest',
      {a: 'good 1', x: 'failed 2', y: 'failed 3', z: 'failed 4'},
      'a',
      undefined,
      3,
      ['y', 'x'],
    ],
    ['not what is about to be tried', {a: 'good 1', n: 'unpacked 2'}, 'a', undefined, 1, []],
    ['nothing where nothing is', {}, undefined, undefined, 3, []],
  ])('%s', (_, table, current, previous, keep, removed) => {
    expect(selectPrunable({records: records(table), current, previous, keep})).toEqual(removed)
  })

  it('is never the current or a good previous one, and leaves as many good ones as are to be kept', () => {
    const state = fc.constantFrom('good', 'failed', 'unpacked')
    const builds = fc.uniqueArray(fc.integer({min: 1, max: 30}), {maxLength: 12})
    fc.assert(
      fc.property(
        builds,
        fc.infiniteStream(state),
        fc.nat(11),
        fc.nat(11),
        fc.integer({min: 1, max: 5}),
        (times, states, c, p, keep) => {
          const table = Object.fromEntries(times.map(at => [`b${at}`, `${states.next().value} ${at}`]))
          const names = Object.keys(table)
          const [current, previous] = [names[c], names[p]]
          const all = records(table)
          const removed = selectPrunable({records: all, current, previous, keep})
          expect(removed).not.toContain(current)
          if (previous && all[previous]?.state === 'good') expect(removed).not.toContain(previous)
          const isGood = (build: string): boolean => all[build]?.state === 'good'
          const left = names.filter(build => !removed.includes(build) && isGood(build))
          expect(left.length).toBeGreaterThanOrEqual(Math.min(keep, names.filter(isGood).length))
          expect(removed.some(build => all[build]?.state === 'unpacked')).toBe(false)
        },
      ),
    )
  })
})

const table4 = {a: 'good 1', b: 'good 2', c: 'good 3', d: 'good 4'}

describe('a rollback goes to', () => {
  it.each<[string, Record<string, string>, string | undefined, string | undefined, string?]>([
    ['the good one deployed before', {a: 'good 1', b: 'good 2', c: 'good 3'}, 'c', 'b'],
    ['the one before that, from there', {a: 'good 1', b: 'good 2', c: 'good 3'}, 'b', 'a'],
    ['no failed one', {a: 'good 1', b: 'failed 2', c: 'good 3'}, 'c', 'a'],
    ['one that was deployed again since', {a: 'good 4', b: 'good 2', c: 'good 3'}, 'a', 'c'],
    ['nothing before the first', {a: 'good 1', b: 'good 2'}, 'a', undefined],
    ['the newest, where none serves', {a: 'good 1', b: 'good 2'}, undefined, 'b'],
    ['what served before the newest, not what was rolled back from', table4, 'd', 'b', 'b'],
    ['the one before that, from there, wherever it came from', table4, 'b', 'a', 'd'],
    ['the one deployed before, where what served is not good any more', {...table4, b: 'failed 2'}, 'd', 'c', 'b'],
  ])('%s', (_, table, current, target, previous) => {
    expect(rollbackTarget(records(table), current, previous)).toBe(target)
  })
})
