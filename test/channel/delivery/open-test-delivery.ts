import {join} from 'node:path'
import type {Clock} from '@essence/core/channel/clock'
import type {ChannelAdapter} from '@essence/core/channel/delivery/adapter'
import {Delivery} from '@essence/core/channel/delivery/delivery'
import type {Jobs} from '@essence/core/channel/delivery/job'
import {onTestFinished} from 'vitest'
import {temporaryFolder} from '../../temporary-folder.ts'
import {silent as log, openTestJobs} from './open-test-jobs.ts'

/** Pauses are short. */
const impatient: Clock = {
  now: Date.now,
  wait: (_: number, signal?: AbortSignal): Promise<void> =>
    new Promise(resolve => (signal?.aborted ? resolve() : setTimeout(resolve, 1))),
}

interface Setting {
  path?: string
  adapter?: Partial<ChannelAdapter<string, string>>
  keep?: (jobs: Jobs<string, string>) => Partial<Jobs<string, string>>
  works?: boolean
  parallel?: number
  /** Also that of the jobs; default: one whose pauses are short. */
  clock?: Clock
  /** ms of the clock that only runs; default: it passes as the other one does. */
  running?: () => number
}

/** A delivery that works; messages are `lane:text`, and are answered with themselves. */
export const openTestDelivery = async ({
  path = join(temporaryFolder(), 'jobs'),
  adapter,
  keep,
  works = true,
  parallel = 4,
  clock = impatient,
  running = clock.now,
}: Setting = {}) => {
  const sent: string[] = []
  const opened = await openTestJobs(path, {now: clock.now, running})
  const jobs = {...opened, ...keep?.(opened)}
  const channel: ChannelAdapter<string, string> = {
    name: 'test',
    idOf: message => message.replaceAll(/\W/g, '-'),
    laneOf: message => message.split(':')[0] ?? '',
    admit: message => message,
    answer: async message => [message],
    carrierOf: () => ({
      async send(part, _, begin) {
        await begin()
        sent.push(part)
      },
      judge: () => ({sent: 'unknown', again: false}),
      lasts: () => true,
      note: 'note',
    }),
    gaveUp: message => [`gave up ${message}`],
    ...adapter,
  }
  const delivery = new Delivery({jobs, channel, parallel, works, clock, log})
  await delivery.start()
  onTestFinished(async () => {
    await delivery.stop(AbortSignal.abort())
    await opened.close()
  })
  return {sent, jobs, delivery, path}
}
