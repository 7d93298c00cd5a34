import {spawn} from 'node:child_process'
import {once} from 'node:events'
import {readdir, readFile, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {expect, it} from 'vitest'
import {lockPoller} from '../src/poller-lock.ts'
import {temporaryFolder} from './harness.ts'

it('lets one in, says who it is, and the next one when it has gone', async () => {
  const path = join(await temporaryFolder(), 'a', 'b', 'poller.lock')
  const unlock = await lockPoller(path)
  await expect(lockPoller(path)).rejects.toMatchObject({
    code: 'LOCKED',
    message: expect.stringContaining(`Process ${process.pid} `),
    suggestions: expect.arrayContaining([expect.stringContaining(`kill ${process.pid}`)]),
  })
  await unlock()
  await (await lockPoller(path))()
})

it('lets exactly one of many in', async () => {
  const folder = await temporaryFolder()
  const path = join(folder, 'poller.lock')
  const results = await Promise.allSettled(Array.from({length: 20}, () => lockPoller(path)))
  expect(results.filter(({status}) => status === 'fulfilled')).toHaveLength(1)
  expect(await readdir(folder)).toEqual(['poller.lock'])
})

it('is taken over from a process that was killed', async () => {
  const path = join(await temporaryFolder(), 'poller.lock')
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'])
  await once(child, 'spawn')
  await writeFile(path, JSON.stringify({pid: child.pid}))
  await expect(lockPoller(path)).rejects.toMatchObject({code: 'LOCKED'})
  child.kill('SIGKILL')
  await once(child, 'exit')
  await (await lockPoller(path))()
})

it.runIf(process.platform === 'linux')('is taken over where the pid belongs to another process by now', async () => {
  const path = join(await temporaryFolder(), 'poller.lock')
  await writeFile(path, JSON.stringify({pid: process.pid, started: '1'}))
  await lockPoller(path)
  expect(JSON.parse(await readFile(path, 'utf8'))).toMatchObject({
    pid: process.pid,
    started: expect.not.stringMatching(/^1$/),
  })
})

it.each(['', 'garbage', '{"pid":-1}', '{"pid":"1"}'])('is taken over when it holds %j', async text => {
  const path = join(await temporaryFolder(), 'poller.lock')
  await writeFile(path, text)
  await (await lockPoller(path))()
})
