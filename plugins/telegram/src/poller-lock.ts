import {randomUUID} from 'node:crypto'
import {link, mkdir, readFile, rename, rm, writeFile} from 'node:fs/promises'
import {dirname} from 'node:path'
import {EssenceError, systemCodeOf} from '@essence/core/kit/errors'
import {identify, isAlive, type ProcessIdentity} from '@essence/core/kit/process/identity'
import * as z from 'zod'
import {storageError} from './durable-file.ts'

const holderSchema = z.object({pid: z.int().positive(), started: z.string().default('')})

/**
 * Makes this process the only one on this machine that polls for a bot.
 * @returns gives the lock back
 * @throws LOCKED, DISK_FULL, DATA_DIR_UNWRITABLE
 */
export const lockPoller = async (path: string): Promise<() => Promise<void>> => {
  const mine = `${path}.${randomUUID()}`
  try {
    await mkdir(dirname(path), {recursive: true, mode: 0o700})
    await writeFile(mine, JSON.stringify(await identify(process.pid)), {mode: 0o600})
    // A link appears with its content or not at all, and fails where the name is taken.
    while (!(await linked(mine, path))) await removeIfStale(path)
  } catch (error) {
    throw error instanceof EssenceError ? error : storageError(path, error)
  } finally {
    await rm(mine, {force: true}).catch(() => undefined)
  }
  return () => rm(path, {force: true})
}

const linked = async (from: string, to: string): Promise<boolean> => {
  try {
    await link(from, to)
    return true
  } catch (error) {
    if (systemCodeOf(error) === 'EEXIST') return false
    throw error
  }
}

const removeIfStale = async (path: string): Promise<void> => {
  const text = await readFile(path, 'utf8').catch(() => undefined)
  if (text === undefined) return
  const holder = parse(text)
  if (holder && (await isAlive(holder))) {
    throw new EssenceError('LOCKED', `Process ${holder.pid} on this machine already runs this Telegram bot.`, {
      suggestions: [`Stop it: kill ${holder.pid}`, 'Or give this one a bot of its own: another TELEGRAM_BOT_TOKEN.'],
    })
  }
  const aside = `${path}.${randomUUID()}`
  await rename(path, aside).catch(() => undefined)
  // Another starter may have been quicker and what was moved is its fresh lock: put it back.
  if ((await readFile(aside, 'utf8').catch(() => text)) !== text) await linked(aside, path)
  await rm(aside, {force: true})
}

const parse = (text: string): ProcessIdentity | undefined => {
  try {
    return holderSchema.safeParse(JSON.parse(text)).data
  } catch {
    return undefined
  }
}
