import {getEventListeners} from 'node:events'
import {linkedAbort} from '@essence/core/kit/flow/linked-abort'
import {describe, expect, it} from 'vitest'

const listeners = (signal: AbortSignal): number => getEventListeners(signal, 'abort').length

describe('linkedAbort', () => {
  it('aborts by itself, and leaves its sources alone', () => {
    const source = new AbortController()
    const {signal, abort} = linkedAbort(source.signal, undefined)
    abort('enough')
    expect(signal.reason).toBe('enough')
    expect(source.signal.aborted).toBe(false)
  })

  it('aborts with the first of its sources, for its reason, and heeds none after it', () => {
    const [one, other] = [new AbortController(), new AbortController()]
    const {signal} = linkedAbort(one.signal, other.signal)
    other.abort('left')
    one.abort('later')
    expect(signal.reason).toBe('left')
    expect(listeners(one.signal)).toBe(0)
  })

  it('is aborted at once where a source is', () => {
    expect(linkedAbort(undefined, AbortSignal.abort('before')).signal.reason).toBe('before')
  })

  it('leaves nothing at a source that outlives it', () => {
    const source = new AbortController()
    for (let n = 0; n < 3; n++) linkedAbort(source.signal).unlink()
    expect(listeners(source.signal)).toBe(0)
  })
})
