import type {Clock} from '@essence/core/channel/clock'
import type {Jobs} from '@essence/core/channel/delivery/job'
import type {Engines} from '@essence/core/engines/open'
import {Secret} from '@essence/core/kit/secret'
import {Health} from '@essence/core/service/health'
import {openMetrics} from '@essence/core/service/metrics'
import type {SpeakerRecognition} from '@essence/core/speaker/port'
import {onTestFinished} from 'vitest'
import {botStores} from '../../../test/channel/bot-stores.ts'
import {runBot} from '../../../test/channel/run-bot.ts'
import {testVoices} from '../../../test/channel/test-voices.ts'
import {watchedLog} from '../../../test/channel/watched-log.ts'
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

/** A service in this process, with a peer in the place of Discord; closed when the test ends. */
export const startService = async (options: StartOptions = {}) => {
  const peer = options.peer ?? (await openPeer())
  const folder = options.folder ?? temporaryFolder()
  const {log, lines, logged} = watchedLog()
  const health = new Health('discord', '0.0.0')
  const metrics = openMetrics()
  const scripted = scriptedEngines(options)
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
    ...botStores({
      ...{folder, channel: `discord:${botId}`, message: pendingSchema, part: partSchema, log},
      ...{clock: options.clock, keep: options.keep},
      named: namedPeople({users: [ada], owners: [], ...options.settings}),
    }),
    openListening: options.openListening ?? (() => Promise.reject(new Error('nothing to listen with'))),
    openVoices: options.openVoices && testVoices(options.openVoices, folder, options.clock?.now),
    openVoiceJobs: () => openVoiceJobs({JUNE_DATA_DIR: folder, POSTGRES_URL: undefined}, botId, log),
  })
  const {starting, ...running} = runBot(service)
  if (options.start !== false) {
    await starting
    // With the server and its channels there.
    await peer.until(() => peer.gateway.isConnected())
  }
  return {
    peer,
    folder,
    service,
    ...running,
    starting,
    lines,
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
