// The disk of the database is full: what comes is refused with the reason, and nothing goes out that cannot be recorded.
import {rmSync, statfsSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {expect, it} from 'vitest'
import {openSmallDisk} from '../../kit/files/small-disk.ts'
import {openTestDelivery} from './open-test-delivery.ts'

const over = {waiting: 0, working: 0, dead: 0}
const disk = openSmallDisk(4)

const fill = (): (() => void) => {
  const ballast = join(disk.folder, 'ballast')
  const {bavail, bsize} = statfsSync(disk.folder)
  writeFileSync(ballast, Buffer.alloc(bavail * bsize))
  return () => rmSync(ballast)
}

/** More than what a file that is there already has room for. */
const long = (message: string): string => message + 'x'.repeat(200_000)

it.skipIf(!disk.mounted)(
  `a message that finds no room is not taken over, and is once there is some${disk.whyNot}`,
  async () => {
    const path = join(disk.folder, 'incoming')
    const {sent, delivery, jobs} = await openTestDelivery({path})
    const empty = fill()
    for (let repeated = 0; repeated < 5; repeated++) {
      const error = await delivery.accept([long('a:1')]).catch(error => error)
      expect(error).toMatchObject({code: 'DISK_FULL', message: expect.stringContaining(path)})
    }
    empty()
    await delivery.accept([long('a:1')])
    await expect.poll(() => jobs.count()).toEqual(over)
    expect(sent).toEqual([long('a:1')])
  },
)

it.skipIf(!disk.mounted)(`an answer whose sending cannot be recorded waits for room${disk.whyNot}`, async () => {
  const path = join(disk.folder, 'outgoing')
  const gate = Promise.withResolvers<() => void>()
  const refused = Promise.withResolvers<void>()
  const {sent, delivery, jobs} = await openTestDelivery({
    path,
    adapter: {
      async answer(message) {
        if (message === 'a:1') gate.resolve(fill())
        return [long(message)]
      },
    },
    keep: jobs => ({
      async change(...args) {
        await jobs.change(...args).catch(error => {
          if (error.code === 'DISK_FULL') refused.resolve()
          throw error
        })
      },
    }),
  })
  await delivery.accept(['a:1', 'a:2'])
  const empty = await gate.promise
  await refused.promise
  expect(sent).toEqual([])
  empty()
  await expect.poll(() => jobs.count()).toEqual(over)
  expect(sent).toEqual([long('a:1'), long('a:2')])
})
