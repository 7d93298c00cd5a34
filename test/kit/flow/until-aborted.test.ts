import {untilAborted} from '@essence/core/kit/flow/until-aborted'
import {expect, it} from 'vitest'
import {collected} from '../../collected.ts'

const counting = (log: string[]) =>
  (async function* () {
    try {
      for (let i = 0; i < 3; i++) yield i
      log.push('end')
    } finally {
      log.push('returned')
    }
  })()

it('passes on all, with a signal and without', async () => {
  for (const signal of [undefined, new AbortController().signal]) {
    const log: string[] = []
    expect(await collected(untilAborted(counting(log), signal))).toEqual([0, 1, 2])
    expect(log).toEqual(['end', 'returned'])
  }
})

it('tells the source when its reader leaves, and waits for it', async () => {
  const log: string[] = []
  for await (const _ of untilAborted(counting(log), new AbortController().signal)) break
  expect(log).toEqual(['returned'])
})

it('throws CANCELLED between two values, and tells the source', async () => {
  const log: string[] = []
  const cancel = new AbortController()
  const reading = untilAborted(counting(log), cancel.signal)
  await reading.next()
  cancel.abort('enough')
  await expect(reading.next()).rejects.toMatchObject({code: 'CANCELLED', cause: 'enough'})
  await Promise.resolve()
  expect(log).toEqual(['returned'])
})

it('does not wait for a source that hangs', async () => {
  const cancel = new AbortController()
  const hanging = (async function* () {
    yield 1
    queueMicrotask(() => cancel.abort())
    await new Promise(() => {})
  })()
  await expect(collected(untilAborted(hanging, cancel.signal))).rejects.toMatchObject({code: 'CANCELLED'})
})

it('leaves no listener on the signal', async () => {
  const {signal} = new AbortController()
  let listeners = 0
  const add = signal.addEventListener.bind(signal)
  const remove = signal.removeEventListener.bind(signal)
  signal.addEventListener = (...args: Parameters<typeof add>) => {
    listeners++
    add(...args)
  }
  signal.removeEventListener = (...args: Parameters<typeof remove>) => {
    listeners--
    remove(...args)
  }
  await collected(untilAborted(counting([]), signal))
  expect(listeners).toBe(0)
})
