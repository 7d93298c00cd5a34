// The bot as a process of its own, whose reminders lie in a file: those that are due, one JSON document a line, and below them ids of
// those that were delivered. HANG=speech or HANG=delivered: never gets further than that.
import {appendFileSync, readFileSync} from 'node:fs'
import {openChannelAccess} from '@essence/core/access/channel/open'
import {openChats} from '@essence/core/channel/chats'
import {openJobs} from '@essence/core/channel/delivery/open-jobs'
import {memoryTurnLog} from '@essence/core/channel/turn-log'
import {Secret} from '@essence/core/kit/secret'
import {Health} from '@essence/core/service/health'
import {openMetrics} from '@essence/core/service/metrics'
import {pino} from 'pino'
import {scriptedEngines} from '../../../test/engines/scripted.ts'
import {scriptedMind} from '../../../test/engines/scripted-mind.ts'
import {pendingSchema} from '../src/incoming.ts'
import {partSchema} from '../src/outgoing.ts'
import {TelegramService} from '../src/telegram-service.ts'

const {TOKEN = '', ROOT = '', FOLDER = '', REMINDERS = '', HANG = ''} = process.env
const lines = readFileSync(REMINDERS, 'utf8').split('\n').filter(Boolean)
const delivered = new Set(lines.filter(line => !line.startsWith('{')))
const due = lines
  .filter(line => line.startsWith('{'))
  .map(line => JSON.parse(line))
  .filter(({id}) => !delivered.has(id))
  .map(reminder => ({...reminder, dueAt: new Date(reminder.dueAt)}))

const log = pino()
const hang = (what: string): Promise<void> | void => {
  if (HANG !== what) return
  log.info(`hangs in ${what}`)
  return new Promise(() => {})
}
const {mind} = scriptedMind({
  due,
  async beforeDelivered(id) {
    await hang('delivered')
    appendFileSync(REMINDERS, `${id}\n`)
  },
})
const service = new TelegramService({
  settings: {
    token: new Secret(TOKEN),
    botId: '4711',
    apiRoot: ROOT,
    requestTimeoutMs: 5000,
    users: ['42'],
    owners: [],
    language: 'auto',
    limits: {maxBytes: 1024, maxSeconds: 60},
    rateLimits: {perMinute: 10, perHour: 10, perDay: 10},
    folder: FOLDER,
  },
  host: '127.0.0.1',
  port: 0,
  openEngines: async () => scriptedEngines({mind, beforeSpeech: () => hang('speech')}),
  openAccess: () =>
    openChannelAccess(
      {JUNE_DATA_DIR: FOLDER, POSTGRES_URL: undefined, TIME_ZONE: undefined},
      {named: [{channel: 'telegram', owners: [], allowed: ['42']}]},
    ),
  openJobs: () =>
    openJobs(
      {JUNE_DATA_DIR: FOLDER, POSTGRES_URL: undefined},
      {channel: 'telegram:4711', message: pendingSchema, part: partSchema, now: Date.now, log},
    ),
  openChats: () => openChats({JUNE_DATA_DIR: FOLDER, POSTGRES_URL: undefined}, 'telegram:4711'),
  turnLog: memoryTurnLog(),
  health: new Health('telegram', '0'),
  metrics: openMetrics(),
  log,
})
await service.start(new AbortController().signal, error => log.error(error))
