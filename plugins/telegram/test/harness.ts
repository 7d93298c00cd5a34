import type {Clock} from '@essence/core/channel/clock'
import type {Jobs} from '@essence/core/channel/delivery/job'
import type {Engines} from '@essence/core/engines/open'
import {Secret} from '@essence/core/kit/secret'
import {Health} from '@essence/core/service/health'
import {openMetrics} from '@essence/core/service/metrics'
import type {SpeakerRecognition} from '@essence/core/speaker/port'
import {onTestFinished} from 'vitest'
import {accessOf, botStores, kept} from '../../../test/channel/bot-stores.ts'
import {runBot} from '../../../test/channel/run-bot.ts'
import {testVoices} from '../../../test/channel/test-voices.ts'
import {watchedLog} from '../../../test/channel/watched-log.ts'
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

/** A service in this process, with a peer in the place of Telegram; closed when the test ends. */
export const startService = async (options: StartOptions = {}) => {
  const peer = options.peer ?? (await openPeer())
  const folder = options.folder ?? temporaryFolder()
  const {log, lines, logged} = watchedLog()
  const health = new Health('telegram', '0.0.0')
  const metrics = openMetrics()
  const scripted = scriptedEngines(options)
  const stores = botStores({
    ...{folder, channel: 'telegram:4711', message: pendingSchema, part: partSchema, log},
    ...{clock: options.clock, keep: options.keep},
    named: namedPeople({users: [String(ada)], owners: [], ...options.settings}),
  })
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
    ...stores,
    health,
    metrics,
    log,
    pollSeconds: options.pollSeconds ?? 30,
    ...(options.clock ? {clock: options.clock} : {}),
    ...(options.parallelTurns ? {parallelTurns: options.parallelTurns} : {}),
  })
  if (options.groups) await letGroupsIn(folder, options.groups)
  const {starting, ...running} = runBot(service)
  if (options.start !== false) await starting
  return {
    peer,
    folder,
    service,
    ...running,
    starting,
    openChats: stores.openChats,
    lines,
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

const letGroupsIn = async (folder: string, groups: readonly number[]): Promise<void> => {
  const access = await accessOf(folder)
  for (const id of groups) await access.allow({channel: 'telegram', kind: 'group', id: String(id)}, {by: 'test'})
}

export const openPeer = async (options: Parameters<typeof openBotApiPeer>[0] = {}): Promise<BotApiPeer> => {
  const peer = await openBotApiPeer(options)
  onTestFinished(() => peer.close())
  return peer
}

/** States of messages by their ids; one that was claimed and is not sent is `working`. */
export const spooled = async (folder: string): Promise<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(await kept(folder)).map(([id, {state, holder}]) => [
      id,
      state === 'received' && holder !== null ? 'working' : String(state),
    ]),
  )
