// A download process is killed fifty times at random bytes, and must still end with the right content.
import {type ChildProcess, spawn} from 'node:child_process'
import {once} from 'node:events'
import {watch} from 'node:fs'
import {readdir, readFile} from 'node:fs/promises'
import {join} from 'node:path'
import {findInstalled} from '@essence/core/models/cache/installed'
import {expect, it, onTestFinished} from 'vitest'
import {noiseBytes} from '../../kit/noise-bytes.ts'
import {sha256Of} from '../../peers/hub.ts'
import {temporaryFolder} from '../../temporary-folder.ts'
import {peerFor} from '../setup.ts'
import {storeIn, wantedFile} from '../stand-ins.ts'

const script = join(import.meta.dirname, 'download-process.ts')
const bytes = noiseBytes(4_000_000, 7)
const digest = sha256Of(bytes)

const enoughForProgress = 64 * 1024

/** Bytes of the file that the sidecar vouches for. */
const durable = async (sidecar: string): Promise<number> => {
  const text = await readFile(sidecar, 'utf8').catch(() => '{"parts": []}')
  return (JSON.parse(text) as {parts: {done: number}[]}).parts.reduce((sum, {done}) => sum + done, 0)
}

/** Waits until more than `bytes` of the file are durable. */
const progressBeyond = async (bytes: number, sidecar: string): Promise<void> => {
  await new Promise<void>(resolve => {
    const look = async () => {
      if ((await durable(sidecar)) <= bytes) return
      watcher.close()
      resolve()
    }
    const watcher = watch(join(sidecar, '..'), look)
    look()
  })
}

const killing = async (kills: number, parts: number): Promise<void> => {
  const folder = temporaryFolder()
  const store = storeIn(folder)
  const blob = join(store.root, 'models--org--model', 'blobs', digest)
  const sidecar = `${blob}.partial.json`
  let child: ChildProcess | undefined
  let killed = 0
  let dying = false
  let sent = 0
  // At most a 25th of the file each time: it cannot be finished before the last kill.
  let limit = 0
  let before = 0
  const peer = await peerFor({
    repos: {'org/model': {files: {'model.bin': bytes}}},
    pieceBytes: 4096,
    onPiece: async () => {
      sent += 4096
      if (sent <= limit || dying || killed === kills) return
      dying = true
      killed++
      // Some die before anything was kept, some after.
      if (limit > enoughForProgress) await progressBeyond(before, sidecar)
      child?.kill('SIGKILL')
    },
  })
  onTestFinished(() => void child?.kill('SIGKILL'))
  const run = async (): Promise<number | null> => {
    sent = 0
    dying = false
    before = await durable(sidecar)
    limit = Math.random() * (bytes.length / kills)
    const args = ['--conditions=essence-source', script, peer.endpoint, folder, String(parts)]
    child = spawn(process.execPath, args, {stdio: ['ignore', 'inherit', 'inherit']})
    const [code] = await once(child, 'exit')
    return code as number | null
  }
  while (killed < kills) {
    expect(await run()).toBeNull()
    // Never is there a finished file that is not right, nor a snapshot that leads to one.
    expect(await readFile(blob).catch(() => undefined)).toBeUndefined()
    expect(await findInstalled(wantedFile(), store.root)).toBeUndefined()
  }
  // What was fetched before counts: less than the whole is left.
  sent = 0
  expect(await run()).toBe(0)
  expect(sent).toBeLessThan(bytes.length)
  expect(sha256Of(await readFile(blob))).toBe(digest)
  expect(await readdir(join(blob, '..'))).toEqual([digest])
  expect((await findInstalled(wantedFile(), store.root))?.files[0]?.sha256).toBe(digest)
}

it('fifty SIGKILLs at random bytes, half of them over parallel parts', {timeout: 180_000}, async () => {
  await Promise.all([killing(25, 1), killing(25, 4)])
})
