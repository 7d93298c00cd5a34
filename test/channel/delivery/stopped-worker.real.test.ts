// Two processes work on the same messages; one of them stands still in the middle, is believed dead, and then goes on.
import {spawn} from 'node:child_process'
import {existsSync, readFileSync} from 'node:fs'
import {join} from 'node:path'
import {sharedJobs} from '@essence/core/channel/delivery/shared-jobs'
import {afterAll, describe, expect, it, onTestFinished} from 'vitest'
import * as z from 'zod'
import {followOutput} from '../../kit/follow-output.ts'
import {openApart, sharedKinds} from '../../store/shared-databases.ts'
import {temporaryFolder} from '../../temporary-folder.ts'
import {silent as log} from './open-test-jobs.ts'

/** Longer than a claim lasts that nobody renews. */
const aheadMs = 60_000

describe.each(sharedKinds())('two processes that share jobs in $name $missing', ({missing, prepare, stop}) => {
  afterAll(stop)

  const open = async (messages: readonly string[]) => {
    const place = await prepare()
    const sent = join(temporaryFolder(), 'sent')
    const db = await openApart(place)
    onTestFinished(() => db.close())
    const about = {channel: 'test:1', worker: 'test', message: z.string(), part: z.string(), now: Date.now, log}
    const jobs = sharedJobs({db, ...about})
    for (const id of messages) await jobs.receive({id, lane: id.split('-')[0] ?? '', message: id})
    const start = (name: string, ahead = 0) => {
      const file = join(import.meta.dirname, 'children/worker.ts')
      const args = [file, place.dataDir, name, String(ahead), sent, place.url?.reveal() ?? '']
      const child = spawn(process.execPath, ['--conditions=essence-source', ...args])
      onTestFinished(() => void child.kill('SIGKILL'))
      return {child, ...followOutput(child)}
    }
    const arrived = (): string[] => (existsSync(sent) ? readFileSync(sent, 'utf8').trim().split('\n') : [])
    return {start, arrived, jobs}
  }

  it.skipIf(missing).each([
    // It answered for nothing: the other one has given an answer already.
    ['answering a-1', ['a-1 one', 'a-1 two', 'a-2 one', 'a-2 two']],
    // What was on its way arrives late, once; the other one could not know, said so, and sent the rest.
    ['sending a-1 one', ['a-1 two', 'a-1 note', 'a-2 one', 'a-2 two', 'a-1 one']],
  ])('and of which one is suspended while %s double nothing and lose nothing', async (moment, answers) => {
    const {start, arrived, jobs} = await open(['a-1', 'a-2'])
    const one = start('one')
    await one.until(moment)
    one.child.kill('SIGSTOP')
    const two = start('two', aheadMs)
    expect(await two.ended).toMatchObject({status: 0})
    one.child.kill('SIGCONT')
    expect(await one.ended).toMatchObject({status: 0})
    expect(arrived()).toEqual(answers)
    expect(await jobs.count()).toEqual({waiting: 0, working: 0, dead: 0})
  })

  it.skipIf(missing)('and of which one is killed, again and again, double nothing and lose nothing', async () => {
    const messages = Array.from({length: 12}, (_, n) => `${n % 4}-${n}`)
    const {start, arrived} = await open(messages)
    const steady = start('steady')
    for (let kill = 0; kill < 4; kill++) {
      const one = start('one')
      await Promise.race([one.until('sending'), one.ended]).catch(() => undefined)
      one.child.kill('SIGKILL')
      await one.ended
    }
    // What the killed one had is free once it starts again.
    expect(await start('one').ended).toMatchObject({status: 0})
    expect(await steady.ended).toMatchObject({status: 0})
    const parts = arrived().filter(part => !part.endsWith('note'))
    expect(new Set(parts).size).toBe(parts.length)
    for (const message of messages) {
      const whole = parts.filter(part => part.startsWith(`${message} `)).length === 2
      expect([message, whole || arrived().includes(`${message} note`)]).toEqual([message, true])
    }
    for (let lane = 0; lane < 4; lane++) {
      const order = parts.filter(part => part.startsWith(`${lane}-`)).map(part => Number(part.split(/[- ]/)[1]))
      expect(order).toEqual(order.toSorted((a, b) => a - b))
    }
  })
})
