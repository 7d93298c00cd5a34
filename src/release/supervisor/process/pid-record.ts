import {readFile, rename, rm} from 'node:fs/promises'
import {setTimeout as pause} from 'node:timers/promises'
import * as z from 'zod'
import {systemCodeOf} from '../../../kit/errors.ts'
import {readJson, writeJson} from '../../../kit/files/json.ts'
import {groupIsAlive, identify, isAlive} from '../../../kit/process/identity.ts'

/** A process of a service, told from any later one with the same number, also after a reboot. */
const pidRecordSchema = z.object({
  pid: z.int().positive(),
  /** As `ProcessIdentity`. */
  started: z.string(),
  /** Of the boot it was started in; empty where the system has none. */
  bootId: z.string(),
  build: z.string(),
})
export type PidRecord = z.infer<typeof pidRecordSchema>

const bootId = async (): Promise<string> =>
  (await readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => '')).trim()

export const writePidRecord = async (path: string, pid: number, build: string): Promise<void> =>
  writeJson(path, {...(await identify(pid)), bootId: await bootId(), build} satisfies PidRecord)

/** Hands a record on under another name, if there is one. */
export const movePidRecord = async (from: string, to: string): Promise<void> => {
  await rename(from, to).catch(error => {
    if (systemCodeOf(error) !== 'ENOENT') throw error
  })
}

/** The recorded process, if that very one still runs. */
export const readLivePid = async (path: string): Promise<PidRecord | undefined> => {
  const record = await readJson(path, pidRecordSchema)
  if (!record || record.bootId !== (await bootId())) return undefined
  return (await isAlive(record)) ? record : undefined
}

/**
 * Ends what an earlier supervisor, that was killed, left running: SIGTERM, then SIGKILL to its group. Resolves when it is gone.
 * @param graceMs ms until it is killed
 */
export const endRecorded = async (path: string, graceMs: number): Promise<PidRecord | undefined> => {
  const record = await readLivePid(path)
  if (record) {
    signal(record.pid, 'SIGTERM')
    const killAt = performance.now() + graceMs
    for (let killed = false; await isAlive(record); await pause(50)) {
      if (killed || performance.now() < killAt) continue
      signal(-record.pid, 'SIGKILL')
      killed = true
    }
    // What it had started dies with it, as under its own supervisor; while any of it lives, that number is not given again.
    for (; await groupIsAlive(record.pid); await pause(50)) signal(-record.pid, 'SIGKILL')
  }
  await rm(path, {force: true})
  return record
}

const signal = (pid: number, name: NodeJS.Signals): void => {
  try {
    process.kill(pid, name)
  } catch {
    // It has ended meanwhile.
  }
}
