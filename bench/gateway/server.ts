// A server of a process of its own, so that its time and memory are its own: the gateway over mocks, or a bare Fastify.
import {monitorEventLoopDelay} from 'node:perf_hooks'
import {openAccess} from '@essence/core/access/open'
import {openLog} from '@essence/core/service/log'
import {bareServer} from '../../plugins/gateway/test/bench/bare.ts'
import {openGateway} from '../../plugins/gateway/test/open-gateway.ts'
import {accessSettings} from '../../test/access/open-access.ts'
import {benchFolder} from '../harness.ts'
import {benchEngines} from './engines.ts'
import type {Asked, ServerOptions, Told, Usage} from './protocol.ts'

const {kind, maxConnections, maxTurns = 4}: ServerOptions = JSON.parse(process.argv[2] ?? '{}')
const say = (told: Told): void => void process.send?.(told)

const delay = monitorEventLoopDelay({resolution: 5})
delay.enable()
const unhandled: string[] = []
for (const event of ['uncaughtException', 'unhandledRejection'] as const) {
  process.on(event, (error: unknown) => void unhandled.push(String(error)))
}

const usage = (): Usage => {
  const {user, system} = process.cpuUsage()
  const {rss, heapUsed} = process.memoryUsage()
  const delayP99Ms = delay.percentile(99) / 1e6
  delay.reset()
  return {cpuMs: (user + system) / 1000, rss, heapUsed, delayP99Ms, unhandled}
}

const open = async (): Promise<{address: string; token: string}> => {
  if (kind === 'bare') return {address: await bareServer(), token: ''}
  const access = openAccess({settings: accessSettings(benchFolder()), log: () => {}})
  const {accessToken} = await access.tokenFor('anna')
  const plenty = {count: 10_000_000, windowMs: 60_000}
  const [hour, day] = [3_600_000, 86_400_000].map(windowMs => ({...plenty, windowMs}))
  const two = [plenty, hour ?? plenty] as const
  const {address} = await openGateway(benchEngines(), {
    openAccess: async () => access,
    // As many windows as the settings have, of which none is ever full.
    limits: {all: [...two, day ?? plenty], chat: two, llm: two, stt: two, tts: two},
    log: openLog('gateway', {LOG_LEVEL: 'INFO', LOG_FORMAT: 'json'}),
    maxConnections,
    queue: {maxTurns, maxWaiting: 1000},
  })
  return {address, token: accessToken}
}

process.on('message', (asked: Asked) => {
  if (asked === 'close') process.exit(0)
  // Not where time is measured: a collection of all takes as long as hundreds of requests.
  if (asked === 'collected') globalThis.gc?.()
  say({usage: usage()})
})
process.once('disconnect', () => process.exit(0))
say({opened: await open()})
