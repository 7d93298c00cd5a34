import {rm} from 'node:fs/promises'
import {hostname} from 'node:os'
import {join} from 'node:path'
import * as z from 'zod'
import {readJson, writeJson} from '../../kit/files/json.ts'
import {makeFolder} from '../../kit/files/make-folder.ts'
import {identify, isAlive} from '../../kit/process/identity.ts'

const recordSchema = z.object({
  pid: z.int(),
  started: z.string(),
  host: z.string(),
  /** ISO 8601. */
  since: z.string(),
  /** Where people reach it, once it is there. */
  address: z.string().optional(),
  /** Where each service tells of its health. */
  health: z.record(z.string(), z.string()),
  /** Where each gRPC service listens; absent in what older versions wrote. */
  urls: z.record(z.string(), z.string()).optional(),
})

/** The June that runs on a data folder by `essence up`. */
export type UpRecord = z.output<typeof recordSchema>

const fileIn = (dataDir: string): string => join(dataDir, 'up.json')

/** The one that runs on this machine now; undefined where none does, or its record cannot be read. */
export const runningUp = async (dataDir: string): Promise<UpRecord | undefined> => {
  const record = await readJson(fileIn(dataDir), recordSchema).catch(() => undefined)
  return record?.host === hostname() && (await isAlive(record)) ? record : undefined
}

/** The record of this process. @throws the system's error */
export const openUpRecord = async (dataDir: string) => {
  const record: UpRecord = {
    ...(await identify(process.pid)),
    host: hostname(),
    since: new Date().toISOString(),
    health: {},
  }
  const path = fileIn(dataDir)
  await makeFolder(dataDir)
  let written = writeJson(path, record)
  await written
  return {
    /** A service listens. Never rejects: the record is an aid. */
    listens(
      name: string,
      {address, url, health}: {address?: string | undefined; url?: string | undefined; health?: string | undefined},
    ): Promise<void> {
      if (health !== undefined) record.health[name] = health
      if (url !== undefined) record.urls = {...record.urls, [name]: url}
      if (address !== undefined) record.address ??= address
      written = written.then(() => writeJson(path, record)).catch(() => {})
      return written
    },
    async close(): Promise<void> {
      await written
      // Two that began at the same time both wrote it, and it is the later one's.
      const there = await readJson(path, recordSchema).catch(() => undefined)
      if (there?.pid === record.pid && there.started === record.started) await rm(path, {force: true})
    },
  }
}
