import {openChannelAccess} from '@essence/core/access/channel/open'
import type {NamedPeople} from '@essence/core/access/channel/port'
import {openChats} from '@essence/core/channel/chats'
import type {Clock} from '@essence/core/channel/clock'
import type {Jobs} from '@essence/core/channel/delivery/job'
import {openJobs} from '@essence/core/channel/delivery/open-jobs'
import {memoryTurnLog} from '@essence/core/channel/turn-log'
import type {Engines} from '@essence/core/engines/open'
import {Secret} from '@essence/core/kit/secret'
import {Health} from '@essence/core/service/health'
import type {Log} from '@essence/core/service/log'
import {openMetrics} from '@essence/core/service/metrics'
import type {ServiceSummary} from '@essence/core/service/run-service'
import type {SpeakerRecognition} from '@essence/core/speaker/port'
import {openShared} from '@essence/core/store/shared/open'
import type {Value} from '@essence/core/store/shared/shared'
import {pino} from 'pino'
import {onTestFinished} from 'vitest'
import {testVoices} from '../../../test/channel/test-voices.ts'
import {type Script, scriptedEngines} from '../../../test/engines/scripted.ts'
import {type BotApiPeer, openBotApiPeer} from '../../../test/peers/bot-api.ts'
import {temporaryFolder} from '../../../test/temporary-folder.ts'
import type {TelegramSettings} from '../src/checked-settings.ts'
import {type Pending, pendingSchema} from '../src/incoming.ts'
import {type Part, partSchema} from '../src/outgoing.ts'
import {namedPeople} from '../src/people/hook.ts'
import {TelegramService, type TelegramServiceOptions} from '../src/telegram-service.ts'

/** The person in these tests, who may talk to the bot. */
export const ada = 42

export interface StartOptions extends Script {
  peer?: BotApiPeer
  folder?: string
  settings?: Partial<TelegramSettings>
  clock?: Clock
  /** Changes what keeps the messages. */
  keep?: (jobs: Jobs<Pending, Part>) => Jobs<Pending, Part>
  pollSeconds?: number
  parallelTurns?: number
  start?: boolean
  /** Ids of groups that are let in. */
  groups?: readonly number[]
  /** In the place of the scripted ones. */
  engines?: Engines
  openEngines?: TelegramServiceOptions['openEngines']
  /** Tells people apart by their voices. */
  openVoices?: (signal: AbortSignal) => Promise<SpeakerRecognition>
}

export interface LogLine {
  level: string
  msg: string
  [field: string]: unknown
}

/** A service in this process, with a peer in the place of Telegram; closed when the test ends. */
export const startService = async (options: StartOptions = {}) => {
  const peer = options.peer ?? (await openPeer())
  const folder = options.folder ?? temporaryFolder()
  const lines: LogLine[] = []
  const watchers = new Set<() => void>()
  const log: Log = pino(
    {level: 'debug', formatters: {level: label => ({level: label})}},
    {
      write: line => {
        lines.push(JSON.parse(line))
        for (const look of [...watchers]) look()
      },
    },
  )
  const health = new Health('telegram', '0.0.0')
  const metrics = openMetrics()
  const scripted = scriptedEngines(options)
  const fatal: unknown[] = []
  const service = new TelegramService({
    settings: {
      token: new Secret(peer.token),
      botId: '4711',
      apiRoot: peer.root,
      requestTimeoutMs: 5000,
      users: [String(ada)],
      owners: [],
      language: 'auto',
      limits: {maxBytes: 20 * 1024 * 1024, maxSeconds: 60},
      rateLimits: {perMinute: 1000, perHour: 1000, perDay: 1000},
      folder,
      ...options.settings,
    },
    host: '127.0.0.1',
    port: 0,
    openEngines: options.openEngines ?? (async () => options.engines ?? scripted),
    openVoices: options.openVoices && testVoices(options.openVoices, folder, options.clock?.now),
    openChats: () => openChats({JUNE_DATA_DIR: folder, POSTGRES_URL: undefined}, 'telegram:4711'),
    turnLog: memoryTurnLog(),
    health,
    metrics,
    log,
    pollSeconds: options.pollSeconds ?? 30,
    ...(options.clock ? {clock: options.clock} : {}),
    openAccess: () =>
      openChannelAccess(
        {JUNE_DATA_DIR: folder, POSTGRES_URL: undefined, TIME_ZONE: undefined},
        {
          named: [namedPeople({users: [String(ada)], owners: [], ...options.settings})],
          now: () => (options.clock ?? Date).now(),
        },
      ),
    openJobs: async () => {
      const jobs = await openJobs(
        {JUNE_DATA_DIR: folder, POSTGRES_URL: undefined},
        {
          ...{channel: 'telegram:4711', message: pendingSchema, part: partSchema, log},
          now: () => (options.clock ?? Date).now(),
          running: () => (options.clock ?? Date).now(),
        },
      )
      return options.keep?.(jobs) ?? jobs
    },
    ...(options.parallelTurns ? {parallelTurns: options.parallelTurns} : {}),
  })
  if (options.groups) await letGroupsIn(folder, options.groups)
  const abort = new AbortController()
  let stopped: Promise<void> | undefined
  /** @param deadline aborted at once: running turns are cancelled */
  const stop = (deadline: AbortSignal = new AbortController().signal): Promise<void> => {
    abort.abort()
    stopped ??= service.drain(deadline).finally(() => service.close())
    return stopped
  }
  onTestFinished(() => stop(AbortSignal.abort()))
  const starting = service.start(abort.signal, error => void fatal.push(error))
  if (options.start !== false) await starting
  else starting.catch(() => undefined)
  /** Resolves with the first line of the log that satisfies the condition, also an old one. */
  const logged = (condition: (line: LogLine) => boolean): Promise<LogLine> =>
    new Promise(resolve => {
      const look = (): void => {
        const line = lines.find(condition)
        if (!line) return
        watchers.delete(look)
        resolve(line)
      }
      watchers.add(look)
      look()
    })
  return {
    peer,
    folder,
    service,
    starting: starting as Promise<ServiceSummary>,
    abort,
    stop,
    lines,
    fatal,
    openChats: () => openChats({JUNE_DATA_DIR: folder, POSTGRES_URL: undefined}, 'telegram:4711'),
    turnLog: memoryTurnLog(),
    health,
    metrics,
    /** The scripted engines. */
    engines: scripted,
    requests: scripted.trace.requests,
    enginesClosed: () => scripted.trace.closed,
    /** States of the stored updates by id. */
    spooled: () => spooled(folder),
    logged,
    /** Resolves when an update is answered and nothing is left to do for it. */
    done: (updateId: number) => logged(({msg, id}) => msg === 'answered' && id === String(updateId)),
  }
}

/** Who may talk, as another process knows it; closed when the test ends. */
export const accessOf = async (folder: string, named: NamedPeople[] = []) => {
  const settings = {JUNE_DATA_DIR: folder, POSTGRES_URL: undefined, TIME_ZONE: undefined}
  const access = await openChannelAccess(settings, {named})
  onTestFinished(() => access.close())
  return access
}

const letGroupsIn = async (folder: string, groups: readonly number[]): Promise<void> => {
  const access = await accessOf(folder)
  for (const id of groups) await access.allow({channel: 'telegram', kind: 'group', id: String(id)}, {by: 'test'})
}

export const openPeer = async (options: Parameters<typeof openBotApiPeer>[0] = {}): Promise<BotApiPeer> => {
  const peer = await openBotApiPeer(options)
  onTestFinished(() => peer.close())
  return peer
}

/** What is kept of each message, by its id. */
export const kept = async (folder: string): Promise<Record<string, Record<string, Value>>> => {
  const db = await openShared({dataDir: folder})
  try {
    const rows = await db.run('select * from jobs')
    return Object.fromEntries(rows.map(row => [String(row['id']), row]))
  } finally {
    await db.close()
  }
}

/** States of messages by their ids; one that was claimed and is not sent is `working`. */
export const spooled = async (folder: string): Promise<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(await kept(folder)).map(([id, {state, holder}]) => [
      id,
      state === 'received' && holder !== null ? 'working' : String(state),
    ]),
  )
