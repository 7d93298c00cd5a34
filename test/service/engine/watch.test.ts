import {type ErrorCode, EssenceError} from '@essence/core/kit/errors'
import {EngineWatch} from '@essence/core/service/engine/watch'
import {Health} from '@essence/core/service/health'
import {openLog} from '@essence/core/service/log'
import {expect, it} from 'vitest'

/** A watch whose tries of the engine are answered one by one. */
const watched = () => {
  const health = new Health('stt', '1.2.3')
  health.phase = 'ready'
  const log = openLog('stt', {LOG_LEVEL: 'CRITICAL', LOG_FORMAT: 'json'})
  log.level = 'silent'
  const changes: boolean[] = []
  const pauses: number[] = []
  const givenUp: unknown[] = []
  let asked = Promise.withResolvers<{signal: AbortSignal} & PromiseWithResolvers<void>>()
  let next = asked.promise
  const watch = new EngineWatch({
    health,
    log,
    detail: () => 'scripted',
    probe: signal => {
      const answer = Promise.withResolvers<void>()
      const now = asked
      asked = Promise.withResolvers()
      now.resolve({signal, ...answer})
      return answer.promise
    },
    onChange: healthy => changes.push(healthy),
    giveUp: error => givenUp.push(error),
    pauseMs: failures => {
      pauses.push(failures)
      return 0
    },
  })
  /** The next try of the engine, once it is made. */
  const tried = async () => {
    const one = await next
    next = asked.promise
    return one
  }
  /** Resolves when all that follows from what has been answered has happened. */
  const settled = () => new Promise(resolve => setImmediate(resolve))
  return {watch, tried, settled, changes, pauses, givenUp, report: () => health.report()}
}

const fault = (code: ErrorCode, message = 'The speech recogniser stopped.') => new EssenceError(code, message)

it('says degraded while a failed engine is tried, and healthy when it works', async () => {
  const {watch, tried, settled, changes, report} = watched()
  const works = {status: 'healthy', detail: 'scripted'}
  expect(report()).toMatchObject({status: 'healthy', checks: {engine: works}})
  watch.failed(fault('ENGINE_FAILED'))
  expect(report()).toMatchObject({
    status: 'degraded',
    ready: true,
    checks: {engine: {status: 'degraded', detail: 'The speech recogniser stopped.'}},
  })
  // Failures of other calls meanwhile change nothing.
  watch.failed(fault('ENGINE_FAILED', 'Another.'))
  const {resolve} = await tried()
  expect(report().checks['engine']?.detail).toBe('The speech recogniser stopped.')
  // Nor does another engine, of which nobody knows yet that it works here.
  watch.replaced()
  expect(report().status).toBe('degraded')
  resolve()
  await settled()
  expect(report()).toMatchObject({status: 'healthy', checks: {engine: works}})
  expect(changes).toEqual([true])
})

it('says unhealthy, with the reason of the last try, until one succeeds', async () => {
  const {watch, tried, settled, changes, pauses, report} = watched()
  watch.failed(fault('ENGINE_FAILED'))
  for (const why of ['There is no model.', 'There is none yet.']) {
    ;(await tried()).reject(fault('MODEL_MISSING', why))
    await settled()
    expect(report()).toMatchObject({status: 'unhealthy', ready: false, checks: {engine: {detail: why}}})
  }
  ;(await tried()).resolve()
  await settled()
  expect(report()).toMatchObject({status: 'healthy', ready: true})
  expect(changes).toEqual([false, false, true])
  expect(pauses).toEqual([1, 2])
  // And it is watched as before.
  watch.failed(fault('ENGINE_FAILED'))
  expect(report().status).toBe('degraded')
})

it('takes one that is too busy to be tried neither for broken nor for mended', async () => {
  const {watch, tried, settled, changes, report} = watched()
  watch.failed(fault('ENGINE_FAILED'))
  ;(await tried()).reject(fault('ENGINE_BUSY'))
  await settled()
  expect(report().status).toBe('degraded')
  expect(changes).toEqual([])
  ;(await tried()).resolve()
  await settled()
  expect(changes).toEqual([true])
})

it.each<[string, unknown, boolean]>([
  ['an engine that failed', fault('ENGINE_FAILED'), true],
  ['a model that is gone', fault('MODEL_MISSING'), true],
  ['a model that is damaged', fault('MODEL_INVALID'), true],
  ['a bug', new TypeError('x is not a function'), true],
  ['a recording that is none', fault('AUDIO_UNREADABLE'), false],
  ['a full queue', fault('ENGINE_BUSY'), false],
  ['a call that was cancelled', fault('CANCELLED'), false],
  ['a service that stops', fault('ENGINE_UNAVAILABLE'), false],
])('of %s it is suspicious, or not', (_, error, suspicious) => {
  const {watch, report} = watched()
  watch.failed(error)
  expect(report().status).toBe(suspicious ? 'degraded' : 'healthy')
})

it('stops a try when it is closed, and says nothing of it', async () => {
  const {watch, tried, changes, report} = watched()
  watch.failed(fault('ENGINE_FAILED'))
  const {signal, reject} = await tried()
  signal.addEventListener('abort', () => reject(fault('CANCELLED')))
  await watch.close()
  expect(changes).toEqual([])
  expect(report().status).toBe('degraded')
  watch.failed(fault('ENGINE_FAILED'))
  expect(signal.aborted).toBe(true)
})

it('does not sit out its pause when it is closed', async () => {
  const health = new Health('stt', '1.2.3')
  const log = openLog('stt', {LOG_LEVEL: 'CRITICAL', LOG_FORMAT: 'json'})
  log.level = 'silent'
  const paused = Promise.withResolvers<void>()
  let tries = 0
  const watch = new EngineWatch({
    health,
    log,
    detail: () => 'scripted',
    probe: async () => {
      tries++
      throw fault('MODEL_MISSING')
    },
    giveUp: () => {},
    onChange: () => {},
    pauseMs: () => {
      paused.resolve()
      return 2 ** 30
    },
  })
  watch.failed(fault('ENGINE_FAILED'))
  await paused.promise
  await watch.close()
  expect(tries).toBe(1)
})

it('gives up an engine that fails eight times in a row', async () => {
  const {watch, tried, settled, givenUp, changes} = watched()
  watch.failed(fault('ENGINE_FAILED'))
  for (let attempt = 1; attempt <= 8; attempt++) {
    expect(givenUp).toEqual([])
    const {reject} = await tried()
    reject(fault('ENGINE_FAILED', `The CUDA context is broken (${attempt}).`))
    await settled()
  }
  expect(givenUp).toMatchObject([{code: 'ENGINE_FAILED', message: 'The CUDA context is broken (8).'}])
  expect(changes.at(-1)).toBe(false)
  await watch.close()
})

it('waits for a model that is gone as long as it takes', async () => {
  const {watch, tried, settled, givenUp, changes} = watched()
  watch.failed(fault('ENGINE_FAILED'))
  for (let attempt = 1; attempt <= 20; attempt++) {
    const {reject} = await tried()
    reject(fault('MODEL_MISSING'))
    await settled()
  }
  expect(givenUp).toEqual([])
  const {resolve} = await tried()
  resolve()
  await settled()
  expect(changes.at(-1)).toBe(true)
  await watch.close()
})
