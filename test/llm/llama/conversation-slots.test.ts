import {ConversationSlots} from '@essence/core/llm/llama/conversation-slots'
import fc from 'fast-check'
import {describe, expect, it} from 'vitest'

describe('ConversationSlots', () => {
  it('gives a conversation the slot it had', async () => {
    const slots = new ConversationSlots(['x', 'y', 'z'], 3)
    const first = await slots.acquire('a')
    const second = await slots.acquire('b')
    first.release()
    second.release()
    expect((await slots.acquire('b')).value).toBe(second.value)
    expect((await slots.acquire('a')).value).toBe(first.value)
  })

  it('gives a new conversation an unused slot, then the least recently used', async () => {
    const slots = new ConversationSlots(['x', 'y'], 2)
    const a = await slots.acquire('a')
    a.release()
    const b = await slots.acquire('b')
    b.release()
    expect(b.value).not.toBe(a.value)
    const c = await slots.acquire('c')
    expect(c.value).toBe(a.value)
  })

  it('serves the line in order, and whoever left it is passed over', async () => {
    const slots = new ConversationSlots(['x'], 4)
    const held = await slots.acquire('a')
    const served: string[] = []
    const leave = new AbortController()
    const wait = (name: string, signal?: AbortSignal) =>
      slots.acquire(name, signal).then(lease => {
        served.push(name)
        lease.release()
      })
    const line = [wait('b'), wait('c', leave.signal), wait('d')]
    await expect(slots.acquire('e')).rejects.toMatchObject({code: 'ENGINE_BUSY'})
    leave.abort()
    await expect(line[1]).rejects.toMatchObject({code: 'CANCELLED'})
    held.release()
    held.release()
    await Promise.all([line[0], line[2]])
    expect(served).toEqual(['b', 'd'])
  })

  it('never gives a slot to two at once, and never loses one', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({min: 1, max: 4}),
        fc.array(fc.record({name: fc.constantFrom('a', 'b', 'c', undefined), cancelled: fc.boolean()}), {
          maxLength: 30,
        }),
        fc.scheduler(),
        async (size, requests, scheduler) => {
          const slots = new ConversationSlots(
            Array.from({length: size}, (_, index) => index),
            requests.length + size,
          )
          const held = new Set<number>()
          const all = requests.map(async ({name, cancelled}) => {
            const cancel = new AbortController()
            if (cancelled) scheduler.schedule(Promise.resolve()).then(() => cancel.abort())
            const lease = await slots.acquire(name, cancel.signal).catch(() => undefined)
            if (!lease) return
            expect(held.has(lease.value)).toBe(false)
            held.add(lease.value)
            await scheduler.schedule(Promise.resolve())
            held.delete(lease.value)
            lease.release()
          })
          await scheduler.waitFor(Promise.all(all))
          const free = await Promise.all(Array.from({length: size}, () => slots.acquire(undefined)))
          expect(new Set(free.map(({value}) => value)).size).toBe(size)
        },
      ),
    )
  })
})
