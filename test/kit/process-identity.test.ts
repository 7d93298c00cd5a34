import {spawn} from 'node:child_process'
import {once} from 'node:events'
import {existsSync} from 'node:fs'
import {identify, isAlive} from '@essence/core/kit/process-identity'
import {expect, it} from 'vitest'

it('knows a process that runs from one that ended', async () => {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1e6)'])
  await once(child, 'spawn')
  const identity = await identify(child.pid ?? 0)
  expect(await isAlive(identity)).toBe(true)
  child.kill('SIGKILL')
  await once(child, 'exit')
  expect(await isAlive(identity)).toBe(false)
})

it.skipIf(!existsSync('/proc/self/stat'))(
  'does not take a later process of the same number for it (needs /proc)',
  async () => {
    const me = await identify(process.pid)
    expect(await isAlive(me)).toBe(true)
    expect(await isAlive({...me, started: '1'})).toBe(false)
    expect(await isAlive({...me, started: ''})).toBe(true)
  },
)
