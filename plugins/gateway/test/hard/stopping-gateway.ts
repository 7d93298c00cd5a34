// Run as a process of its own: a gateway whose answers end when a line comes on stdin.
import {once} from 'node:events'
import {Health} from '@essence/core/service/health'
import {openLog} from '@essence/core/service/log'
import {openMetrics} from '@essence/core/service/metrics'
import {runService} from '@essence/core/service/run-service'
import {scriptedEngines} from '../../../../test/engines/scripted.ts'
import {gatewayService} from '../../src/service.ts'

const end = once(process.stdin, 'data')
// It keeps no process.
;(process.stdin as import('node:net').Socket).unref()
const plenty = [{count: 1000, windowMs: 60_000}] as const
const health = new Health('gateway', '0.0.0')
const metrics = openMetrics()
const log = openLog('gateway', {LOG_LEVEL: 'INFO', LOG_FORMAT: 'json'})
const engines = scriptedEngines({
  async *answer({text}) {
    yield `${text} begins, `
    await end
    yield 'and ends.'
  },
})
const service = gatewayService({
  ...{host: '127.0.0.1', port: 0, version: '0.0.0', health, metrics, log, queue: {maxTurns: 2}},
  limits: {all: plenty, chat: plenty, llm: plenty, stt: plenty, tts: plenty},
  openAccess: async () => {
    throw new Error('This gateway has no accounts.')
  },
  openEngines: async () => engines,
})
const drainMs = Number(process.argv[2])
await runService(service, {log, health, drainMs, onReady: ({address}) => void process.stdout.write(`at ${address}.\n`)})
