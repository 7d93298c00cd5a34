import {spawn} from 'node:child_process'
import {once} from 'node:events'
import {existsSync} from 'node:fs'
import {groupIsAlive, identify, isAlive} from '@essence/core/kit/process/identity'
import {expect, it, vi} from 'vitest'

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

it('knows when nothing of a group runs any more, also where nobody has noticed yet', async () => {
  const script =
    'const {spawn} = require("child_process"); spawn("sleep", ["1000"]); setInterval(() => {}, 1e6); console.log("up")'
  const leader = spawn(process.execPath, ['-e', script], {detached: true, stdio: ['ignore', 'pipe', 'ignore']})
  const group = leader.pid ?? 0
  await once(leader.stdout, 'data')
  leader.kill('SIGKILL')
  await once(leader, 'exit')
  expect(await groupIsAlive(group)).toBe(true)
  process.kill(-group, 'SIGKILL')
  await vi.waitFor(async () => expect(await groupIsAlive(group)).toBe(false), {timeout: 10_000})
})
