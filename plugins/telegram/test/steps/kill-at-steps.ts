/** Has people talk to the bot, whose processes are killed at named steps of its answers, again and again; then looks at what the people have. */
import {spawn} from 'node:child_process'
import {join} from 'node:path'
import {setTimeout as pause} from 'node:timers/promises'
import type {Jobs} from '@essence/core/channel/delivery/job'
import {openJobs} from '@essence/core/channel/delivery/open-jobs'
import {pino} from 'pino'
import {followOutput} from '../../../../test/kit/follow-output.ts'
import type {BotApiPeer} from '../../../../test/peers/bot-api.ts'
import type {NatsServer} from '../../../../test/peers/nats-server.ts'
import {type Pending, pendingSchema} from '../../src/incoming.ts'
import {type Part, partSchema} from '../../src/outgoing.ts'
import {type KillReport, type Message, people, report, sendOne} from '../kills.ts'

/** Where a process ends itself. */
export const steps = [
  'stored',
  'claimed',
  'download',
  'transcript',
  'answer made',
  'intent',
  'sent',
  'between parts',
  'receipt',
  'ended',
] as const

export type Step = (typeof steps)[number]

export interface StepRun {
  peer: BotApiPeer
  folder: string
  turns: number
  voice: Uint8Array
  random: () => number
  /** Messages are kept there, answered by two workers, and it is killed as well. Default: one service, a file. */
  nats?: NatsServer | undefined
  onProgress?: (sent: number, hits: Record<string, number>) => void
}

export interface StepReport extends KillReport {
  /** Times a process ended at each step. */
  hits: Record<string, number>
  natsKills: number
}

export const killAtSteps = async (run: StepRun): Promise<StepReport> => {
  const {peer, folder, turns, voice, random, nats, onProgress} = run
  const hits: Record<string, number> = {}
  const messages: Message[] = []
  let isOver = false
  let natsKills = 0
  const living = new Set<ReturnType<typeof start>>()

  const start = (role: string, step: Step | undefined) => {
    const child = spawn(process.execPath, ['--conditions=essence-source', join(import.meta.dirname, 'step-child.ts')], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...{PATH: process.env['PATH'], ROLE: role, TOKEN: peer.token, ROOT: peer.root, FOLDER: folder},
        USERS: people.join(','),
        ...(nats ? {NATS: nats.url.reveal(), QUEUE: '1'} : {}),
        ...(step
          ? {
              KILL_STEP: step, // Who stores does nothing else: a service that ends at once is one that is hardly there.
              KILL_COUNT: String((nats && step === 'stored' ? 20 : 1) + Math.floor(random() * 3)),
            }
          : {}),
      },
    })
    return {child, ...followOutput(child)}
  }

  /** One process after the other of a role, each to be killed at the next step. */
  const keep = async (role: string, deaths: readonly Step[], first: number): Promise<void> => {
    for (let n = first; !isOver; n++) {
      const step = messages.length < turns ? deaths[n % deaths.length] : undefined
      const process = start(role, step)
      living.add(process)
      const {signal, status, output} = await process.ended
      living.delete(process)
      if (isOver) return
      // As NATS is away: started again, as a supervisor does.
      if (nats && output.includes('STORE_UNAVAILABLE')) continue
      if (signal !== 'SIGKILL') throw new Error(`${role} ended with ${status ?? signal}: ${output.slice(-3000)}`)
      hits[step ?? ''] = (hits[step ?? ''] ?? 0) + 1
    }
  }
  const others = steps.filter(step => step !== 'stored')
  const roles = nats
    ? [keep('service', ['stored'], 0), keep('attic', others, 0), keep('cellar', others, 4)]
    : [keep('service', steps, 0)]

  const breakNats = async (): Promise<void> => {
    while (nats && messages.length < turns) {
      await pause(20_000 + random() * 10_000)
      await nats.crash()
      natsKills++
      await pause(random() * 1500)
      await nats.start()
    }
  }

  /** A dozen for each death, so that there are many; a few more in between, until there are as many as a step needs. */
  const talk = async (): Promise<void> => {
    for (let allowed = 20; messages.length < turns; allowed += 0.03) {
      const deaths = Object.values(hits).reduce((all, count) => all + count, 0)
      if (peer.state.updates.length < 20 && messages.length < allowed + 12 * deaths) {
        messages.push(sendOne(peer, {n: messages.length, voice, random}))
        if (messages.length % 100 === 0) onProgress?.(messages.length, hits)
      }
      await pause(30)
    }
  }

  const rest = async (): Promise<void> => {
    await Promise.all([talk(), breakNats()])
    const jobs = await openKept(folder, nats)
    for (let idle = 0; idle < 3; await pause(500)) {
      const {waiting, working} = await jobs.count()
      idle = peer.state.updates.length === 0 && waiting + working === 0 ? idle + 1 : 0
    }
    await jobs.close()
    isOver = true
    for (const {child} of living) child.kill('SIGTERM')
  }
  await Promise.all([...roles, rest()])
  return {...report(peer, messages), hits, natsKills}
}

const openKept = (folder: string, nats: NatsServer | undefined): Promise<Jobs<Pending, Part>> =>
  openJobs(
    {JUNE_DATA_DIR: folder, POSTGRES_URL: undefined, NATS_URL: nats?.url},
    {
      ...{channel: 'telegram:4711', worker: 'witness', message: pendingSchema, part: partSchema},
      ...{now: Date.now, log: pino({level: 'silent'})},
    },
  )
