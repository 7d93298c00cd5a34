// The bot's service, or a voice worker, as a process of its own that ends itself at a named step: KILL_STEP, when it comes to it for
// the KILL_COUNTth time. Engines are scripted; each answers with what it was asked.

import {openChannelAccess} from '@essence/core/access/channel/open'
import {openChats} from '@essence/core/channel/chats'
import type {Jobs} from '@essence/core/channel/delivery/job'
import {openJobs} from '@essence/core/channel/delivery/open-jobs'
import {memoryTurnLog} from '@essence/core/channel/turn-log'
import {VoiceWorker} from '@essence/core/channel/voice-worker/voice-worker'
import {Secret} from '@essence/core/kit/secret'
import {Health} from '@essence/core/service/health'
import {openMetrics} from '@essence/core/service/metrics'
import {runService} from '@essence/core/service/run-service'
import {pino} from 'pino'
import {scriptedEngines} from '../../../../test/engines/scripted.ts'
import {openBotApi} from '../../src/bot-api/bot-api.ts'
import {openChannel} from '../../src/channel/open-channel.ts'
import {type Pending, pendingSchema} from '../../src/incoming.ts'
import {type Part, partSchema} from '../../src/outgoing.ts'
import {TelegramService} from '../../src/telegram-service.ts'
import type {Step} from './kill-at-steps.ts'

const {
  ROLE = 'service',
  TOKEN = '',
  ROOT = '',
  FOLDER = '',
  NATS,
  QUEUE,
  USERS = '',
  KILL_STEP,
  KILL_COUNT,
} = process.env

let left = Number(KILL_COUNT)
const at = (step: Step): void => {
  if (step === KILL_STEP && --left === 0) process.kill(process.pid, 'SIGKILL')
}

const stepped = (jobs: Jobs<Pending, Part>): Jobs<Pending, Part> => ({
  ...jobs,
  async receive(job) {
    await jobs.receive(job)
    at('stored')
  },
  async claim() {
    const job = await jobs.claim()
    if (job) at('claimed')
    return job
  },
  async change(id, change) {
    const {inFlight = false, next = 0} = change.progress ?? {}
    if (inFlight) at(next === 0 ? 'answer made' : 'between parts')
    await jobs.change(id, change)
    if (inFlight) at('intent')
  },
  async end(id, end, joined) {
    at('receipt')
    await jobs.end(id, end, joined)
    at('ended')
  },
})

const {fetch} = globalThis
globalThis.fetch = async (input, init) => {
  const url = input instanceof Request ? input.url : String(input)
  const response = await fetch(input, init)
  if (url.includes('/file/bot')) at('download')
  if (/\/send(Message|Voice)$/.test(url)) at('sent')
  return response
}

const log = pino()
const health = new Health(ROLE, '0')
const metrics = openMetrics({ENABLE_METRICS: false})
const many = 1_000_000
const settings = {
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
  usesQueue: QUEUE !== undefined,
}
const open = async (worker?: string) => {
  const place = {
    JUNE_DATA_DIR: FOLDER,
    POSTGRES_URL: undefined,
    ...(NATS ? {NATS_URL: new Secret(NATS), NATS_MAX_RECONNECT: -1, NATS_RECONNECT_WAIT: 0.2} : {}),
  }
  const kept = {channel: 'telegram:4711', worker, message: pendingSchema, part: partSchema, now: Date.now, log}
  return stepped(await openJobs(place, kept))
}
const openEngines = async () => scriptedEngines({beforePiece: () => at('transcript')})
const turnLog = memoryTurnLog()
const chatsOf = () => openChats({JUNE_DATA_DIR: FOLDER, POSTGRES_URL: undefined}, 'telegram:4711')
const openAccess = () =>
  openChannelAccess(
    {JUNE_DATA_DIR: FOLDER, POSTGRES_URL: undefined, TIME_ZONE: undefined},
    {named: [{channel: 'telegram', owners: [], allowed: USERS.split(',')}]},
  )
const common = {host: '127.0.0.1', port: 0, openEngines, health, metrics, log}

const service =
  ROLE === 'service'
    ? new TelegramService({
        ...common,
        settings,
        openJobs: () => open(),
        openChats: chatsOf,
        openAccess,
        turnLog,
        pollSeconds: 5,
      })
    : new VoiceWorker({
        ...common,
        settings: {},
        dataDir: FOLDER,
        id: ROLE,
        channels: [
          {
            name: 'telegram',
            async open({worker, ...options}) {
              const bot = openBotApi({token: settings.token, root: ROOT, requestTimeoutMs: 5000})
              const jobs = await open(worker)
              const parts = {
                ...options,
                settings,
                bot,
                botName: 'June',
                chats: await chatsOf(),
                access: await openAccess(),
                jobs,
                turnLog,
              }
              return {jobs, adapter: openChannel(parts)}
            },
          },
        ],
      })
await runService(service, {log, health, drainMs: 10_000})
