import {spawn} from 'node:child_process'
import {once} from 'node:events'
import {existsSync} from 'node:fs'
import {mkdir, readdir, readFile, rmdir, utimes, writeFile} from 'node:fs/promises'
import {hostname} from 'node:os'
import {join} from 'node:path'
import {lockHolder, takeLock} from '@essence/core/kit/files/owner-lock'
import {expect, it} from 'vitest'
import {temporaryFolder} from '../../temporary-folder.ts'

const now = {wait: false}

/** A lock as another process left it. */
const left = async (path: string, owner: object | string): Promise<void> => {
  await mkdir(path)
  const text = typeof owner === 'string' ? owner : JSON.stringify({host: hostname(), started: '', id: 'x', ...owner})
  await writeFile(join(path, 'owner.json'), text)
}

it('lets one in, says who it is, and the next one when it has gone', async () => {
  const path = join(temporaryFolder(), 'a', 'b', 'a.lock')
  const lock = await takeLock(path, {...now, note: 'a test'})
  await expect(takeLock(path, now)).rejects.toMatchObject({
    code: 'LOCKED',
    message: expect.stringContaining(`a test (process ${process.pid})`),
  })
  expect(await lockHolder(path)).toMatchObject({owner: `a test (process ${process.pid})`, dead: false})
  await lock.release()
  expect(await lockHolder(path)).toBeUndefined()
  await (await takeLock(path, now)).release()
})

it('lets exactly one of many in', async () => {
  const folder = temporaryFolder()
  const results = await Promise.allSettled(Array.from({length: 20}, () => takeLock(join(folder, 'a.lock'), now)))
  expect(results.filter(({status}) => status === 'fulfilled')).toHaveLength(1)
  expect(await readdir(folder)).toEqual(['a.lock'])
})

it('is taken also where others tidy up its folder meanwhile', async () => {
  const folder = join(temporaryFolder(), 'locks')
  const rounds = async (name: number): Promise<void> => {
    for (let round = 0; round < 50; round++) {
      await (await takeLock(join(folder, `${name}.lock`), now)).release()
      await rmdir(folder).catch(() => {})
    }
  }
  await Promise.all(Array.from({length: 8}, (_, name) => rounds(name)))
  expect(existsSync(folder)).toBe(false)
})

it('is taken over from a process that was killed', async () => {
  const path = join(temporaryFolder(), 'a.lock')
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'])
  await once(child, 'spawn')
  await left(path, {pid: child.pid})
  await expect(takeLock(path, now)).rejects.toMatchObject({code: 'LOCKED'})
  child.kill('SIGKILL')
  await once(child, 'exit')
  await (await takeLock(path, now)).release()
})

it('says where a dead lock may not be removed, and does not try for ever', async () => {
  // Its name with that of the next holder behind it is longer than a name may be; rights do not stop root.
  const path = join(temporaryFolder(), 'l'.repeat(250))
  await left(path, {pid: 2 ** 22 + 1})
  await expect(takeLock(path, now)).rejects.toMatchObject({code: 'ENAMETOOLONG'})
})

it.runIf(process.platform === 'linux')(
  'is taken over where the pid belongs to another process by now (Linux)',
  async () => {
    const path = join(temporaryFolder(), 'a.lock')
    await left(path, {pid: process.pid, started: '1'})
    await takeLock(path, now)
    expect(JSON.parse(await readFile(join(path, 'owner.json'), 'utf8'))).toMatchObject({
      pid: process.pid,
      started: expect.not.stringMatching(/^1$/),
    })
  },
)

it.each(['', 'garbage', '{"pid":-1}', '{"pid":"1"}'])('is taken over when it has held %j for a while', async text => {
  const path = join(temporaryFolder(), 'a.lock')
  await left(path, text)
  // At first it may be one that is being taken just now.
  await expect(takeLock(path, now)).rejects.toMatchObject({code: 'LOCKED'})
  const past = new Date(Date.now() - 60_000)
  await utimes(path, past, past)
  await (await takeLock(path, now)).release()
})
