import {describeError} from '@essence/core/cli/base-command'
import {exitStatuses} from '@essence/core/cli/exit-statuses'
import {
  type ErrorCode,
  EssenceError,
  errorTable,
  isEssenceError,
  messageOf,
  systemCodeOf,
  throwIfCancelled,
} from '@essence/core/kit/errors'
import {describe, expect, it} from 'vitest'

const codes = Object.keys(errorTable) as ErrorCode[]

describe('the error table', () => {
  it('gives every error a status a shell can tell from success, and a meaning', () => {
    const meanings = new Map(exitStatuses().map(({exit, meaning}) => [exit, meaning]))
    for (const code of codes) {
      expect(errorTable[code].exit, code).toBeGreaterThan(0)
      expect(errorTable[code].exit, code).toBeLessThan(256)
      expect(meanings.get(errorTable[code].exit), code).toBeTruthy()
    }
  })

  it('never promises that the same wrong input may work later', () => {
    expect(codes.filter(code => errorTable[code].kind === 'user' && errorTable[code].retryable)).toEqual([])
  })

  it('keeps the status of a bug apart from all others', () => {
    expect(codes.filter(code => errorTable[code].exit === 1)).toEqual(['BUG'])
  })

  it('also lists success, interrupt and termination', () => {
    const statuses = exitStatuses().map(({exit}) => exit)
    expect(statuses).toEqual(expect.arrayContaining([0, 127, 130, 143]))
    expect(statuses).toEqual([...statuses].sort((a, b) => a - b))
  })
})

describe('an EssenceError', () => {
  it('knows its row, and keeps its cause', () => {
    const cause = new Error('socket hang up')
    const error = new EssenceError('REMOTE_UNREACHABLE', 'No answer.', {cause, suggestions: ['Wait.']})
    expect(error).toMatchObject({
      kind: 'remote',
      exit: 5,
      retryable: true,
      suggestions: ['Wait.'],
      name: 'EssenceError',
    })
    expect(error.cause).toBe(cause)
  })

  it('is known when it comes from another copy of the module', () => {
    const marks = {[Symbol.for('essence.error')]: true, code: 'LOCKED', exit: 7, suggestions: []}
    const foreign = Object.assign(new Error('held'), marks)
    expect(isEssenceError(foreign)).toBe(true)
    expect(describeError(foreign)).toMatchObject({code: 'LOCKED', exit: 7, message: 'held'})
    expect(isEssenceError(new Error('plain'))).toBe(false)
    expect(isEssenceError({message: 'no error at all'})).toBe(false)
  })
})

describe('describeError', () => {
  it('adds the cause where it says more than the message', () => {
    const cause = new Error('ECONNREFUSED')
    expect(describeError(new EssenceError('BUG', 'It broke.', {cause})).cause).toBe('ECONNREFUSED')
    expect(describeError(new EssenceError('BUG', 'It broke: ECONNREFUSED', {cause}))).not.toHaveProperty('cause')
  })

  it('takes anything that can be thrown, and never the thrown object itself', () => {
    for (const thrown of [undefined, null, 'text', 42, {secret: 'x'}, new Error('x'), Symbol('s')]) {
      expect(Object.keys(describeError(thrown)).sort()).toEqual(['code', 'exit', 'message', 'suggestions'])
      expect(describeError(thrown)).toMatchObject({code: 'BUG', exit: 1})
    }
  })

  it('keeps the code of a system error', () => {
    const error = Object.assign(new Error('EMFILE: too many open files'), {code: 'EMFILE'})
    expect(describeError(error)).toMatchObject({code: 'EMFILE', exit: 1})
    expect(systemCodeOf(error)).toBe('EMFILE')
    expect(systemCodeOf(Object.assign(new Error('x'), {code: 5}))).toBeUndefined()
    expect(systemCodeOf('ENOENT')).toBeUndefined()
  })
})

it('messageOf gives a text for anything', () => {
  expect([new Error('a'), 'b', undefined, 3].map(messageOf)).toEqual(['a', 'b', 'undefined', '3'])
})

it('throwIfCancelled throws only on an aborted signal, and keeps the reason', () => {
  throwIfCancelled(undefined)
  throwIfCancelled(new AbortController().signal)
  const reason = new Error('hung up')
  expect(() => throwIfCancelled(AbortSignal.abort(reason))).toThrow(
    expect.objectContaining({code: 'CANCELLED', exit: 130, cause: reason}),
  )
})
