import {failureOf, type HostOutcome, outcomeLines, rollOut} from '@essence/core/cli/release/on-hosts'
import {EssenceError} from '@essence/core/kit/errors'
import fc from 'fast-check'
import {describe, expect, it} from 'vitest'

const unreachable = (host: string): EssenceError =>
  new EssenceError('REMOTE_UNREACHABLE', `${host} cannot be reached.`, {suggestions: ['Look at it.']})

describe('several machines', () => {
  it('the first one alone; then the others, never more at once than allowed; none after a failure', async () => {
    const bits = fc.array(fc.boolean(), {minLength: 1, maxLength: 12})
    await fc.assert(
      fc.asyncProperty(
        bits,
        fc.boolean(),
        fc.boolean(),
        fc.integer({min: 1, max: 5}),
        async (fails, canary, stop, most) => {
          const hosts = fails.map((_, index) => `h${index}`)
          const log: string[] = []
          let now = 0
          let highest = 0
          const outcomes = await rollOut(hosts, {canary, parallel: most, stopOnFailure: stop}, async index => {
            log.push(`begin ${index}`)
            highest = Math.max(highest, ++now)
            // As many turns as another takes, so that ends are not in the order of begins.
            for (let turn = 0; turn < (index * 7) % 5; turn++) await undefined
            now--
            log.push(`end ${index}`)
            if (fails[index]) throw unreachable(`h${index}`)
            return {index}
          })
          expect(highest).toBeLessThanOrEqual(most)
          expect(outcomes.map(({host}) => host)).toEqual(hosts)
          if (canary) expect(log.slice(0, 2)).toEqual(['begin 0', 'end 0'])
          const firstFailure = log.findIndex(line => line.startsWith('end') && fails[Number(line.slice(4))])
          const begunAfter = log.slice(firstFailure + 1).filter(line => line.startsWith('begin'))
          // Whoever frees a place at the same moment as another fails may begin before that is known.
          if (stop && firstFailure >= 0) expect(begunAfter.length).toBeLessThan(most)
          if (stop && canary && fails[0]) expect(outcomes.slice(1).every(({state}) => state === 'not-begun')).toBe(true)
          for (const [index, {state}] of outcomes.entries()) {
            const begun = log.includes(`begin ${index}`)
            expect(state).toBe(begun ? (fails[index] ? 'failed' : 'done') : 'not-begun')
            if (!stop) expect(begun).toBe(true)
          }
        },
      ),
    )
  })

  const outcomes: HostOutcome<object>[] = [
    {host: 'a', state: 'done', result: {build: 'x'}},
    {host: 'b', state: 'failed', error: unreachable('b')},
    {host: 'c', state: 'not-begun'},
    {host: 'd', state: 'failed', error: new EssenceError('LOCKED', 'It is locked.')},
  ]

  it('the first failure is the failure of the whole, and says what became of each', () => {
    expect(failureOf(outcomes)).toMatchObject({
      code: 'REMOTE_UNREACHABLE',
      exit: 5,
      message: 'b: b cannot be reached. Of 4 machines 1 done, 2 failed, 1 not begun.',
      suggestions: ['Look at it.'],
      report: {
        hosts: [
          {host: 'a', state: 'done', build: 'x'},
          {host: 'b', state: 'failed', error: {code: 'REMOTE_UNREACHABLE', message: 'b cannot be reached.'}},
          {host: 'c', state: 'not-begun'},
          {host: 'd', state: 'failed', error: {code: 'LOCKED', message: 'It is locked.'}},
        ],
      },
    })
    expect(outcomeLines(outcomes)).toEqual([
      'a: done',
      'b: failed: b cannot be reached.',
      'c: not begun',
      'd: failed: It is locked.',
    ])
  })

  it('the failure of a single machine stays as it is', () => {
    const [, one] = outcomes
    expect(one && failureOf([one])).toBe(one?.state === 'failed' && one.error)
    expect(failureOf(outcomes.slice(0, 1))).toBeUndefined()
  })
})
