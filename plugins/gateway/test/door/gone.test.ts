import {EventEmitter} from 'node:events'
import type {ServerResponse} from 'node:http'
import {describe, expect, it} from 'vitest'
import {untilGone} from '../../src/door/gone.ts'

describe('untilGone', () => {
  it.each([
    ['aborts when a client leaves before its answer has', false],
    ['does not when the answer has left', true],
  ])('%s', (_, writableFinished) => {
    const raw = Object.assign(new EventEmitter(), {writableFinished})
    const signal = untilGone(raw as unknown as ServerResponse)
    raw.emit('close')
    expect(signal.aborted).toBe(!writableFinished)
  })
})
