import {RestartPolicy} from '@essence/core/kit/process/restart-policy'
import {expect, it} from 'vitest'

const quick = {exit: 1, livedMs: 10}

it('waits longer after each quick end, and gives up after so many in a row', () => {
  const policy = new RestartPolicy({backoffMs: 100, maxBackoffMs: 300, maxQuickEnds: 4})
  const pauses = [1, 2, 3].map(() => policy.pauseAfter(quick) ?? 0)
  // Of each pause a random half to all.
  for (const [index, longest] of [100, 200, 300].entries()) {
    expect(pauses[index]).toBeGreaterThanOrEqual(longest / 2)
    expect(pauses[index]).toBeLessThanOrEqual(longest)
  }
  expect(policy.pauseAfter(quick)).toBeUndefined()
})

it('starts over with one that lived long', () => {
  const policy = new RestartPolicy({maxQuickEnds: 3, stableMs: 1000})
  for (let round = 0; round < 5; round++) {
    expect(policy.pauseAfter({exit: 1, livedMs: 1000})).toBeLessThanOrEqual(500)
    expect(policy.pauseAfter(quick)).toBeLessThanOrEqual(1000)
  }
})

it('gives up at once what another start cannot mend', () => {
  expect(new RestartPolicy({hopeless: new Set([3])}).pauseAfter({exit: 3, livedMs: 1e9})).toBeUndefined()
})
