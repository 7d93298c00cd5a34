import {openChannelAccess} from '@essence/core/access/channel/open'
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
import {botId, type DiscordPeer, openDiscordPeer} from '../../../test/peers/discord.ts'
import {temporaryFolder} from '../../../test/temporary-folder.ts'
import {openVoiceJobs} from '../src/channel/open-channel.ts'
import {DiscordService, type DiscordServiceOptions} from '../src/discord-service.ts'
import {type Pending, pendingSchema} from '../src/incoming/incoming.ts'
import {type Part, partSchema} from '../src/outgoing/parts.ts'
import {namedPeople} from '../src/people/hook.ts'
import type {DiscordSettings} from '../src/settings.ts'

/** The person in these tests, who may talk to the bot. */
export const ada = '42'

export interface StartOptions extends Script {
  peer?: DiscordPeer
  folder?: string
  settings?: Partial<DiscordSettings>
  clock?: Clock
  /** Changes what keeps the messages. */
  keep?: (jobs: Jobs<Pending, Part>) => Jobs<Pending, Part>
  parallelTurns?: number
  start?: boolean
  /** In the place of the scripted ones. */
  engines?: Engines
  openEngines?: DiscordServiceOptions['openEngines']
  openListening?: DiscordServiceOptions['openListening']
  /** Tells people apart by their voices. */
  openVoices?: (signal: AbortSignal) => Promise<SpeakerRecognition>
}

export interface LogLine {
  level: string
  msg: string
  [field: string]: unknown
}

/** A service in this process, with a peer in the place of Discord; closed when the test ends. */
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
  const health = new Health('discord', '0.0.0')
  const metrics = openMetrics()
  const scripted = scriptedEngines(options)
  const fatal: unknown[] = []
  const service = new DiscordService({
    settings: {
      token: new Secret(peer.token),
      botId,
      apiRoot: peer.root,
      requestTimeoutMs: 5000,
      users: [ada],
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
    health,
    metrics,
    log,
    ...(options.clock ? {clock: options.clock} : {}),
    ...(options.parallelTurns ? {parallelTurns: options.parallelTurns} : {}),
    openAccess: () =>
      openChannelAccess(
        {JUNE_DATA_DIR: folder, POSTGRES_URL: undefined, TIME_ZONE: undefined},
        {named: [namedPeople({users: [ada], owners: [], ...options.settings})]},
      ),
    openListening: options.openListening ?? (() => Promise.reject(new Error('nothing to listen with'))),
    openVoices: options.openVoices && testVoices(options.openVoices, folder, options.clock?.now),
    openVoiceJobs: () => openVoiceJobs({JUNE_DATA_DIR: folder, POSTGRES_URL: undefined}, botId, log),
    openChats: () => openChats({JUNE_DATA_DIR: folder, POSTGRES_URL: undefined}, `discord:${botId}`),
    turnLog: memoryTurnLog(),
    openJobs: async () => {
      const jobs = await openJobs(
        {JUNE_DATA_DIR: folder, POSTGRES_URL: undefined},
        {
          ...{channel: `discord:${botId}`, message: pendingSchema, part: partSchema, log},
          now: () => (options.clock ?? Date).now(),
          running: () => (options.clock ?? Date).now(),
        },
      )
      return options.keep?.(jobs) ?? jobs
    },
  })
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
  if (options.start !== false) {
    await starting
    // With the server and its channels there.
    await peer.until(() => peer.gateway.isConnected())
  } else starting.catch(() => undefined)
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
    health,
    metrics,
    /** The scripted engines. */
    engines: scripted,
    requests: scripted.trace.requests,
    logged,
    /** Resolves when a message is answered and nothing is left to do for it. */
    done: (id: string) => logged(line => line.msg === 'answered' && line['id'] === id),
    /** The private conversation with Ada. */
    direct: peer.directOf(ada),
  }
}

export const openPeer = async (options: Parameters<typeof openDiscordPeer>[0] = {}): Promise<DiscordPeer> => {
  const peer = await openDiscordPeer(options)
  onTestFinished(() => peer.close())
  return peer
}

/** The first channel of the server. */
export const generalOf = (peer: DiscordPeer): string =>
  [...peer.state.channels.values()].find(({type}) => type === 0)?.id ?? ''

export const textsIn = (peer: DiscordPeer, channelId: string): string[] =>
  peer.shownIn(channelId).map(({text, voice}) => (voice ? '(voice)' : text))

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
