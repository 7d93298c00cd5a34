import {parseLevels} from '@essence/core/cli/proof/run-bench'
import {expect, it} from 'vitest'

it('reads how many turns are made at once, and refuses what is no number of turns', () => {
  expect(parseLevels('1,2,4')).toEqual([1, 2, 4])
  for (const wrong of ['', '0', '1,,2', '1.5', 'many', '1,65'])
    expect(() => parseLevels(wrong), wrong).toThrowError(expect.objectContaining({code: 'USAGE'}))
})
