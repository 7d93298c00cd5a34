import {setImmediate} from 'node:timers/promises'
import {openEngineScheduler} from '@essence/core/stt/pipeline/engine-scheduler'
import fc from 'fast-check'
import {describe, expect, it} from 'vitest'

/** Work that ends when it is let, and tells when it began. */
const workshop = () => {
  const order: string[] = []
  const open: (() => void)[] = []
  let running = 0
  const work = (name: string) => async (signal: AbortSignal) => {
    expect(++running).toBe(1)
    order.push(name)
    await new Promise<void>(resolve => open.push(resolve))
    running--
    if (signal.aborted) throw signal.reason
    return name
  }
  const finish = async () => {
    open.shift()?.()
    await setImmediate()
  }
  return {order, work, finish, waiting: () => open.length}
}

describe('openEngineScheduler', () => {
  it('serves requests one after the other, however many windows each has', async () => {
    const {order, work, finish} = workshop()
    const scheduler = openEngineScheduler('It', 16)
    const long = scheduler.begin({})
    const hearAll = (async () => {
      for (let i = 0; i < 6; i++) await long.run('final', work(`long ${i}`))
    })()
    await setImmediate()
    const short = [1, 2, 3].map(n => scheduler.begin({}).run('final', work(`short ${n}`)))
    for (let i = 0; i < 9; i++) await finish()
    await Promise.all([hearAll, ...short])
    expect(order).toEqual(['long 0', 'short 1', 'short 2', 'short 3', 'long 1', 'long 2', 'long 3', 'long 4', 'long 5'])
  })

  it('lets nobody wait for more than one window of each other', async () => {
    const sizes = fc.array(fc.integer({min: 1, max: 8}), {minLength: 2, maxLength: 8})
    await fc.assert(
      fc.asyncProperty(sizes, async windows => {
        const scheduler = openEngineScheduler('It', 100)
        const order: number[] = []
        await Promise.all(
          windows.map(async (count, request) => {
            const slot = scheduler.begin({})
            for (let i = 0; i < count; i++)
              await slot.run('final', async () => {
                order.push(request)
                await setImmediate()
              })
            slot.end()
          }),
        )
        for (const request of windows.keys()) {
          const places = order.flatMap((one, place) => (one === request ? [place] : []))
          places.forEach((place, i) => {
            if (i > 0) expect(place - (places[i - 1] ?? 0)).toBeLessThanOrEqual(windows.length)
          })
        }
        expect(order.length).toBe(windows.reduce((sum, count) => sum + count, 0))
      }),
    )
  })

  it('refuses what is beyond the limit, and takes it again when there is room', async () => {
    const scheduler = openEngineScheduler('The speech recogniser', 3)
    const three = [1, 2, 3].map(() => scheduler.begin({}))
    expect(() => scheduler.begin({})).toThrow(
      expect.objectContaining({
        code: 'ENGINE_BUSY',
        message: expect.stringContaining('3 requests under way'),
        retryable: true,
      }),
    )
    three[1]?.end()
    scheduler.begin({})
    expect(() => scheduler.begin({})).toThrow()
  })

  it('counts one that idles only while it has something to run', async () => {
    const {work, finish} = workshop()
    const scheduler = openEngineScheduler('It', 1)
    const stream = scheduler.begin({idle: true})
    scheduler.begin({}).end()
    const running = stream.run('final', work('stream'))
    expect(() => scheduler.begin({})).toThrow(expect.objectContaining({code: 'ENGINE_BUSY'}))
    await finish()
    await running
    scheduler.begin({})
  })

  it('lets finals go before interims, and stops an interim for one', async () => {
    const {order, work, finish} = workshop()
    const scheduler = openEngineScheduler('It', 16)
    const [a, b, c] = [scheduler.begin({}), scheduler.begin({}), scheduler.begin({})]
    const stopped = a.run('interim', work('interim a'))
    const later = b.run('interim', work('interim b'))
    const final = c.run('final', work('final c'))
    await expect(stopped).rejects.toMatchObject({code: 'CANCELLED'})
    expect(order).toEqual(['interim a'])
    for (let i = 0; i < 3; i++) await finish()
    expect(await final).toBe('final c')
    expect(await later).toBe('interim b')
    expect(order).toEqual(['interim a', 'final c', 'interim b'])
  })

  it("gives up a request's own waiting interim for its final", async () => {
    const {order, work, finish} = workshop()
    const scheduler = openEngineScheduler('It', 16)
    const [a, b] = [scheduler.begin({}), scheduler.begin({})]
    const first = a.run('final', work('a'))
    const interim = b.run('interim', work('interim b'))
    const final = b.run('final', work('b'))
    await expect(interim).rejects.toMatchObject({code: 'CANCELLED'})
    await finish()
    await finish()
    await Promise.all([first, final])
    expect(order).toEqual(['a', 'b'])
  })

  it('lets a request withdraw one thing, and keeps its place', async () => {
    const {order, work, finish} = workshop()
    const scheduler = openEngineScheduler('It', 16)
    const [a, b, c] = [scheduler.begin({}), scheduler.begin({}), scheduler.begin({})]
    const stops = [new AbortController(), new AbortController()]
    const running = a.run('interim', work('a'), stops[0]?.signal)
    const waiting = b.run('interim', work('never'), stops[1]?.signal)
    const rest = [b.run('interim', work('b')), c.run('interim', work('c'))]
    for (const [i, one] of [running, waiting].entries()) {
      stops[i]?.abort()
      await expect(one).rejects.toMatchObject({code: 'CANCELLED'})
    }
    for (let i = 0; i < 3; i++) await finish()
    await Promise.all(rest)
    expect(order).toEqual(['a', 'b', 'c'])
    await expect(a.run('interim', work('never'), stops[0]?.signal)).rejects.toMatchObject({code: 'CANCELLED'})
  })

  it('rejects at once what is cancelled, and begins the next when the engine has stopped', async () => {
    const {order, work, finish} = workshop()
    const scheduler = openEngineScheduler('It', 16)
    const controller = new AbortController()
    const [a, b] = [scheduler.begin({signal: controller.signal}), scheduler.begin({})]
    const cancelled = a.run('final', work('a'))
    const waiting = a.run('final', work('never'))
    const next = b.run('final', work('b'))
    controller.abort('reason')
    await expect(cancelled).rejects.toMatchObject({code: 'CANCELLED', cause: 'reason'})
    await expect(waiting).rejects.toMatchObject({code: 'CANCELLED'})
    await expect(a.run('final', work('never'))).rejects.toMatchObject({code: 'CANCELLED'})
    expect(order).toEqual(['a'])
    await finish()
    await finish()
    await next
    expect(order).toEqual(['a', 'b'])
    expect(() => scheduler.begin({signal: controller.signal})).toThrow(expect.objectContaining({code: 'CANCELLED'}))
  })

  it('rejects everything when it closes, and has closed when nothing runs', async () => {
    const {work, finish} = workshop()
    const scheduler = openEngineScheduler('It', 16)
    const [a, b] = [scheduler.begin({}), scheduler.begin({})]
    const all = [a.run('final', work('a')), b.run('final', work('b'))]
    let closed = false
    const closing = scheduler.close().then(() => {
      closed = true
    })
    for (const one of all) await expect(one).rejects.toMatchObject({code: 'ENGINE_UNAVAILABLE'})
    expect(closed).toBe(false)
    await finish()
    await closing
    expect(() => scheduler.begin({})).toThrow(expect.objectContaining({code: 'ENGINE_UNAVAILABLE'}))
  })
})
