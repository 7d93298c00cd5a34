// Another process keeps the database to itself for seconds: what else this process does goes on, and no message is lost.
import {spawn} from 'node:child_process'
import {join} from 'node:path'
import {monitorEventLoopDelay} from 'node:perf_hooks'
import {expect, it, onTestFinished} from 'vitest'
import {followOutput} from '../../kit/follow-output.ts'
import {temporaryFolder} from '../../temporary-folder.ts'
import {openTestDelivery} from './open-test-delivery.ts'

const lockMs = 3000

it('a file that is locked holds up no conversation, and every message is answered once', async () => {
  const path = join(temporaryFolder(), 'jobs')
  const {sent, delivery, jobs} = await openTestDelivery({path})
  const early = Array.from({length: 6}, (_, n) => `${n}:early`)
  const late = Array.from({length: 6}, (_, n) => `${n}:late`)
  await delivery.accept(early)
  const file = join(import.meta.dirname, 'children/lock.ts')
  const child = spawn(process.execPath, ['--conditions=essence-source', file, path, String(lockMs)])
  onTestFinished(() => void child.kill('SIGKILL'))
  const {until, ended} = followOutput(child)
  await until('locked')
  const delay = monitorEventLoopDelay({resolution: 10})
  delay.enable()
  let isOver = false
  const storing = delivery.accept(late).finally(() => {
    isOver = true
  })
  await new Promise(resolve => setTimeout(resolve, lockMs / 2))
  expect(isOver).toBe(false)
  delay.disable()
  // Not the longest: a busy machine has pauses of its own.
  expect(delay.percentile(99) / 1e6).toBeLessThan(250)
  expect(await ended).toMatchObject({status: 0})
  await storing
  await expect.poll(() => jobs.count()).toEqual({waiting: 0, working: 0, dead: 0})
  expect(sent.toSorted()).toEqual([...early, ...late].toSorted())
})
