import {Channel} from '@essence/core/kit/flow/channel'
import fc from 'fast-check'
import {describe, expect, it} from 'vitest'

const ticks = async (count: number): Promise<void> => {
  for (let tick = 0; tick < count; tick++) await undefined
}

const read = async <T>(channel: Channel<T>): Promise<T[]> => {
  const items: T[] = []
  for await (const item of channel) items.push(item)
  return items
}

const pace = fc.array(fc.nat(4), {minLength: 1, maxLength: 30})

describe('Channel', () => {
  it('gives all in order and never holds more than its bound, whoever is faster', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(4), pace, pace, async (bound, writes, reads) => {
        const channel = new Channel<number>(bound)
        let pushed = 0
        let taken = 0
        const writing = (async () => {
          for (const [index, delay] of writes.entries()) {
            await ticks(delay)
            expect(await channel.push(index)).toBe(true)
            pushed++
            expect(pushed - taken).toBeLessThanOrEqual(bound + 1)
          }
          channel.end()
        })()
        const got: number[] = []
        for await (const item of channel) {
          taken++
          got.push(item)
          // The one that was just taken is the reader's.
          expect(pushed - taken).toBeLessThanOrEqual(bound)
          await ticks(reads[item % reads.length] ?? 0)
        }
        await writing
        expect(got).toEqual([...writes.keys()])
        expect(channel.empty).toBe(true)
      }),
    )
  })

  it('a reader that leaves ends the work of the producer: push says that nobody reads', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(3), fc.nat(8), pace, async (bound, leaveAfter, writes) => {
        const channel = new Channel<number>(bound)
        const answers: boolean[] = []
        const writing = (async () => {
          for (let index = 0; ; index++) {
            await ticks(writes[index % writes.length] ?? 0)
            answers.push(await channel.push(index))
            if (!answers.at(-1)) return
          }
        })()
        let count = 0
        for await (const _ of channel) if (count++ === leaveAfter) break
        await writing
        expect(answers.slice(0, -1).every(Boolean)).toBe(true)
        expect(answers.length - 1).toBeLessThanOrEqual(leaveAfter + 1 + bound)
        channel.fail(new Error('too late'))
        expect(await read(channel)).toEqual([])
      }),
    )
  })

  it('a producer that cannot wait need not: the order is kept', async () => {
    const channel = new Channel<number>(2)
    const pushes = [1, 2, 3, 4].map(item => channel.push(item))
    channel.end()
    expect(await channel.push(5)).toBe(false)
    expect(await read(channel)).toEqual([1, 2, 3, 4])
    expect(await Promise.all(pushes)).toEqual([true, true, true, true])
  })

  it('fails at once, dropping what was not read, even after its end', async () => {
    const channel = new Channel<number>(1)
    const pushes = [channel.push(1), channel.push(2)]
    channel.end()
    channel.fail(new Error('first'))
    channel.fail(new Error('second'))
    expect(await Promise.all(pushes)).toEqual([true, false])
    await expect(read(channel)).rejects.toThrow('first')
    expect(await read(channel)).toEqual([])
  })

  it('once all is read, the end stands', async () => {
    const channel = new Channel<number>(1)
    channel.push(1)
    channel.end()
    const items = channel[Symbol.asyncIterator]()
    await items.next()
    channel.fail(new Error('too late'))
    expect(await items.next()).toEqual({done: true, value: undefined})
  })

  it('an end or a failure reaches a reader that waits', async () => {
    const [ended, failed] = [new Channel<number>(1), new Channel<number>(1)]
    const reading = [read(ended), read(failed)]
    await ticks(3)
    ended.end()
    failed.fail(new Error('broken'))
    failed.fail(new Error('second'))
    expect(await Promise.allSettled(reading)).toMatchObject([{value: []}, {reason: {message: 'broken'}}])
    expect(await failed.push(1)).toBe(false)
  })

  it('a reader may leave while it waits', async () => {
    const items = new Channel<number>(1)[Symbol.asyncIterator]()
    const next = items.next()
    await items.return?.()
    expect(await next).toEqual({done: true, value: undefined})
  })

  it('passes on undefined like anything else', async () => {
    const channel = new Channel<undefined>(1)
    channel.push(undefined)
    channel.end()
    expect(await read(channel)).toEqual([undefined])
  })
})
