import {openExchange} from '@essence/core/cli/up/models/exchange'
import type {SupervisorOrder} from '@essence/core/service/supervisor-message'
import {expect, it} from 'vitest'

const coming = {state: 'downloading', profile: 'light', received: 0, size: 1} as const
const summaryOf = (name: string) => ({name, lines: [], notices: []})

/** Services that note what they are told; `ready`: they can open models anew. */
const open = () => {
  const exchange = openExchange()
  const told: string[] = []
  const start = (name: string): void => {
    const send = (order: SupervisorOrder): void => void told.push(`${name}: ${order.type}`)
    exchange.onEvent({type: 'starting', name, pid: 1, send})
  }
  const ready = (name: string, reopens = true): void => {
    start(name)
    exchange.onEvent({type: 'ready', name, pid: 1, startMs: 1, summary: summaryOf(name), reopens})
  }
  return {exchange, told, start, ready}
}

it('a service that starts while models come is told of them', () => {
  const {exchange, told, start} = open()
  start('stt')
  exchange.show(coming)
  start('gateway')
  exchange.onEvent({type: 'listening', name: 'gateway'})
  expect(told).toEqual(['stt: models', 'gateway: models'])
})

it('reopening waits for each service, whether it can or not', async () => {
  const {exchange, told, ready} = open()
  for (const name of ['stt', 'tts', 'gateway']) ready(name)
  let outcome: unknown
  const done = exchange.reopen(['stt', 'tts', 'gateway']).then(found => {
    outcome = found
  })
  expect(told).toEqual(['stt: reopen', 'tts: reopen', 'gateway: reopen'])
  exchange.onEvent({type: 'reopened', name: 'stt', summary: summaryOf('stt')})
  exchange.onEvent({type: 'kept', name: 'tts', reason: 'damaged'})
  await Promise.resolve()
  expect(outcome).toBeUndefined()
  exchange.onEvent({type: 'reopened', name: 'gateway', summary: summaryOf('gateway')})
  await done
  expect(outcome).toEqual({
    changed: [summaryOf('stt'), summaryOf('gateway')],
    kept: [{name: 'tts', reason: 'damaged'}],
  })
})

it('one that dies over it is waited for until it is back or given up; one that is away, or opens none, is not', async () => {
  const {exchange, told, start, ready} = open()
  ready('stt')
  ready('tts')
  ready('bell', false)
  const done = exchange.reopen(['stt', 'tts', 'bell', 'telegram'])
  expect(told).toEqual(['stt: reopen', 'tts: reopen'])
  for (const name of ['stt', 'tts']) exchange.onEvent({type: 'restarting', name, reason: 'killed', inMs: 1})
  start('stt')
  exchange.onEvent({type: 'ready', name: 'stt', pid: 2, startMs: 1, summary: summaryOf('stt')})
  exchange.onEvent({type: 'gave-up', name: 'tts', reason: 'killed', exit: 1, suggestions: []})
  expect(await done).toEqual({changed: [summaryOf('stt')], kept: [{name: 'tts', reason: 'killed'}]})
})
