// The bot as a process of its own for the benchmark of channels: turns that take TURN_MS and no more. Says what memory and CPU time it has used when asked.
import {openChannelAccess} from '@essence/core/access/channel/open'
import {openChats} from '@essence/core/channel/chats'
import {openJobs} from '@essence/core/channel/delivery/open-jobs'
import {openSends} from '@essence/core/channel/send-rate/open-sends'
import {memoryTurnLog} from '@essence/core/channel/turn-log'
import {Secret} from '@essence/core/kit/secret'
import {Health} from '@essence/core/service/health'
import {openMetrics} from '@essence/core/service/metrics'
import {runService} from '@essence/core/service/run-service'
import {pino} from 'pino'
import {pendingSchema} from '../../plugins/telegram/src/incoming.ts'
import {partSchema} from '../../plugins/telegram/src/outgoing.ts'
import {TelegramService} from '../../plugins/telegram/src/telegram-service.ts'
import {scriptedEngines} from '../../test/engines/scripted.ts'

const {TOKEN = '', ROOT = '', FOLDER = '', NATS, USERS = '', TURN_MS = '0'} = process.env
const log = pino({level: 'error'})
const health = new Health('telegram', '0')
const many = 1_000_000
const service = new TelegramService({
  settings: {
    token: new Secret(TOKEN),
    botId: '4711',
    apiRoot: ROOT,
    requestTimeoutMs: 5000,
    users: USERS.split(','),
    owners: [],
    language: 'auto',
    limits: {maxBytes: 1_000_000, maxSeconds: 60},
    rateLimits: {perMinute: many, perHour: many, perDay: many},
    folder: FOLDER,
  },
  host: '127.0.0.1',
  port: 0,
  openEngines: async () => {
    const {trace, ...engines} = scriptedEngines({
      beforePiece: index =>
        index === 0 ? new Promise<void>(resolve => setTimeout(resolve, Number(TURN_MS))) : undefined,
    })
    // What the script remembers of each request is no memory of the service.
    setInterval(() => trace.requests.splice(0), 1000).unref()
    return engines
  },
  openAccess: () =>
    openChannelAccess(
      {JUNE_DATA_DIR: FOLDER, POSTGRES_URL: undefined, TIME_ZONE: undefined},
      {named: [{channel: 'telegram', owners: [], allowed: USERS.split(',')}]},
    ),
  openChats: () => openChats({JUNE_DATA_DIR: FOLDER, POSTGRES_URL: undefined}, 'telegram:4711'),
  openSends: () =>
    openSends(
      {JUNE_DATA_DIR: FOLDER, POSTGRES_URL: undefined},
      {channel: 'telegram:4711', longestMs: 5000, now: Date.now, log},
    ),
  turnLog: memoryTurnLog(),
  openJobs: () =>
    openJobs(
      {JUNE_DATA_DIR: FOLDER, POSTGRES_URL: undefined, NATS_URL: NATS ? new Secret(NATS) : undefined},
      {channel: 'telegram:4711', message: pendingSchema, part: partSchema, now: Date.now, log},
    ),
  health,
  metrics: openMetrics({ENABLE_METRICS: false}),
  log,
})
/** CPU time of this process so far, in ms. */
const cpuMs = (): number => {
  const {user, system} = process.cpuUsage()
  return (user + system) / 1000
}
/** What was spent to tell of memory is none of the service's. */
let tellingMs = 0
process.on('message', message => {
  if (message !== 'usage') return
  const before = cpuMs()
  const usedMs = before - tellingMs
  globalThis.gc?.()
  tellingMs += cpuMs() - before
  const {rss, heapUsed} = process.memoryUsage()
  process.send?.({usage: {rss, heapUsed, cpuMs: usedMs}})
})
await runService(service, {log, health, drainMs: 5000})
