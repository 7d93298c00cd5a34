// The bot as a process of its own, whose owner is 1. HANG=decided: what an owner decided is kept, and it never gets further than that.
import {openChannelAccess} from '@essence/core/access/channel/open'
import {openChats} from '@essence/core/channel/chats'
import {openJobs} from '@essence/core/channel/delivery/open-jobs'
import {memoryTurnLog} from '@essence/core/channel/turn-log'
import {Secret} from '@essence/core/kit/secret'
import {Health} from '@essence/core/service/health'
import {openMetrics} from '@essence/core/service/metrics'
import {pino} from 'pino'
import {scriptedEngines} from '../../../test/engines/scripted.ts'
import {pendingSchema} from '../src/incoming.ts'
import {partSchema} from '../src/outgoing.ts'
import {TelegramService} from '../src/telegram-service.ts'

const {TOKEN = '', ROOT = '', FOLDER = '', HANG = ''} = process.env
const log = pino()
const settings = {JUNE_DATA_DIR: FOLDER, POSTGRES_URL: undefined, TIME_ZONE: undefined}

const service = new TelegramService({
  settings: {
    token: new Secret(TOKEN),
    botId: '4711',
    apiRoot: ROOT,
    requestTimeoutMs: 5000,
    users: [],
    owners: ['1'],
    language: 'auto',
    limits: {maxBytes: 1024, maxSeconds: 60},
    rateLimits: {perMinute: 10, perHour: 10, perDay: 10},
    folder: FOLDER,
  },
  host: '127.0.0.1',
  port: 0,
  openEngines: async () => scriptedEngines(),
  async openAccess() {
    const access = await openChannelAccess(settings, {named: [{channel: 'telegram', owners: ['1'], allowed: []}]})
    return {
      ...access,
      async decide(...given) {
        const decided = await access.decide(...given)
        if (HANG !== 'decided') return decided
        log.info('hangs after the decision')
        return new Promise(() => {})
      },
    }
  },
  openJobs: () =>
    openJobs(settings, {channel: 'telegram:4711', message: pendingSchema, part: partSchema, now: Date.now, log}),
  openChats: () => openChats(settings, 'telegram:4711'),
  turnLog: memoryTurnLog(),
  health: new Health('telegram', '0'),
  metrics: openMetrics(),
  log,
})
await service.start(new AbortController().signal, error => log.error(error))
