import fc from 'fast-check'
import {expect, it} from 'vitest'
import {ChatLanes} from '../src/chat-lanes.ts'

it('runs everything once, each chat in order and never twice at once, and no more at once than allowed', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.scheduler(),
      fc.integer({min: 1, max: 4}),
      fc.array(fc.nat({max: 4}), {maxLength: 30}),
      async (scheduler, parallel, chats) => {
        const lanes = new ChatLanes(parallel)
        const running = new Map<number, number>()
        const ended: [chat: number, task: number][] = []
        chats.forEach((chat, task) => {
          lanes.add(chat, async () => {
            expect(running.get(chat) ?? 0).toBe(0)
            running.set(chat, 1)
            expect([...running.values()].reduce((a, b) => a + b, 0)).toBeLessThanOrEqual(parallel)
            await scheduler.schedule(Promise.resolve())
            running.set(chat, 0)
            ended.push([chat, task])
          })
        })
        const room = lanes.room(1)
        await scheduler.waitFor(room)
        await scheduler.waitAll()
        await lanes.stop()
        expect(ended).toHaveLength(chats.length)
        for (const chat of new Set(chats)) {
          const tasks = ended.filter(([of]) => of === chat).map(([, task]) => task)
          expect(tasks).toEqual(tasks.toSorted((a, b) => a - b))
        }
      },
    ),
    {numRuns: 50},
  )
})

it('starts nothing more once it is stopped, and waits for what runs', async () => {
  const lanes = new ChatLanes(1)
  const first = Promise.withResolvers<void>()
  const ran: string[] = []
  lanes.add(1, async () => {
    await first.promise
    ran.push('first')
  })
  lanes.add(1, async () => void ran.push('second'))
  const stopped = lanes.stop().then(() => ran.push('stopped'))
  lanes.add(2, async () => void ran.push('third'))
  first.resolve()
  await stopped
  expect(ran).toEqual(['first', 'stopped'])
})

it('has room again when a task starts, or at the stop', async () => {
  const lanes = new ChatLanes(1)
  const first = Promise.withResolvers<void>()
  lanes.add(1, () => first.promise)
  lanes.add(1, async () => {})
  let room = false
  const waiting = lanes.room(1).then(() => (room = true))
  await new Promise(setImmediate)
  expect(room).toBe(false)
  first.resolve()
  await waiting
  await lanes.stop()
  await lanes.room(0)
})
