// Conversations of two are remembered over restarts, for strangers too: as many as can be read at a start.
import {join} from 'node:path'
import {expect, it} from 'vitest'
import {temporaryFolder} from '../../../test/temporary-folder.ts'
import {Seen} from '../src/incoming/seen.ts'

/** Ids as long as those of Discord. */
const idOf = (number: number): string => String(100_000_000_000_000_000n + BigInt(number))

it('remembers the conversations that were written in last, also after a restart', async () => {
  const path = join(temporaryFolder(), 'seen.json')
  const seen = await Seen.open(path, Date.now())
  for (let number = 0; number < 500; number++) seen.addDirect(idOf(number), idOf(number))
  // Whoever writes again is not the one that is forgotten.
  expect(seen.addDirect(idOf(0), idOf(0))).toBe(false)
  for (let number = 500; number < 510; number++) expect(seen.addDirect(idOf(number), idOf(number))).toBe(true)
  await seen.save()
  const {direct} = await Seen.open(path, Date.now())
  expect(direct).toHaveLength(500)
  expect(direct).toContain(idOf(0))
  expect(direct).not.toContain(idOf(1))
  expect(direct.at(-1)).toBe(idOf(509))
})
