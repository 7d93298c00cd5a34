/**
 * A worker as a process of its own: `dataDir name ahead sent [url]`. Each message has an answer of two parts; a part is on its way for
 * a while, and has arrived when it is a line of the file `sent`. Its clock is `ahead` ms ahead. Ends when nothing is left.
 */
import {appendFileSync} from 'node:fs'
import {setTimeout as pause} from 'node:timers/promises'
import {systemClock} from '@essence/core/channel/clock'
import {Delivery} from '@essence/core/channel/delivery/delivery'
import {sharedJobs} from '@essence/core/channel/delivery/shared-jobs'
import {Secret} from '@essence/core/kit/secret'
import {openShared} from '@essence/core/store/shared/open'
import * as z from 'zod'
import {silent as log} from '../open-test-jobs.ts'

const [dataDir = '', worker = '', ahead = '0', sent = '', url] = process.argv.slice(2)
const now = (): number => Date.now() + Number(ahead)
const db = await openShared({dataDir, url: url ? new Secret(url) : undefined})
const jobs = sharedJobs({db, channel: 'test:1', worker, message: z.string(), part: z.string(), now, log})
const say = (line: string): void => void process.stdout.write(`${line}\n`)

const delivery = new Delivery<string, string>({
  ...{jobs, parallel: 4, works: true, log},
  clock: {...systemClock, now},
  channel: {
    name: 'test',
    idOf: message => message,
    laneOf: message => message.split('-')[0] ?? '',
    admit: message => message,
    async answer(message) {
      say(`answering ${message}`)
      await pause(200)
      return [`${message} one`, `${message} two`]
    },
    carrierOf: message => ({
      async send(part, _, begin) {
        await begin()
        say(`sending ${part}`)
        await pause(200)
        appendFileSync(sent, `${part}\n`)
      },
      judge: () => ({sent: 'unknown', again: false}),
      lasts: () => true,
      note: `${message} note`,
    }),
    gaveUp: message => [`${message} given up`],
  },
})
await delivery.start()
for (;;) {
  const {waiting, working} = await jobs.count()
  if (waiting + working === 0) break
  await pause(50)
}
await delivery.stop(new AbortController().signal)
await jobs.close()
await db.close()
