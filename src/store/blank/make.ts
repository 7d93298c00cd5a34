import {mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {brotliCompressSync, constants} from 'node:zlib'
import {PGlite} from '@electric-sql/pglite'
import {vector} from '@electric-sql/pglite-pgvector'
import {drizzle} from 'drizzle-orm/pglite'
import {create} from 'tar'
import {bringUpToDate} from '../bring-up-to-date.ts'
import * as schema from '../schema.ts'
import {aboutName, aboutPacked, packedName} from './packed.ts'

/** A window of 16 MiB sees that the three databases of a cluster are nearly the same; more effort is 20 % fewer bytes for four times the time. */
const compression = {
  params: {[constants.BROTLI_PARAM_QUALITY]: 5, [constants.BROTLI_PARAM_LGWIN]: constants.BROTLI_MAX_WINDOW_BITS},
}

/** Makes a blank database, and writes it packed into a folder, with what made it. */
export const makePacked = async (folder: string): Promise<void> => {
  const work = mkdtempSync(join(tmpdir(), 'essence-'))
  try {
    const client = await PGlite.create({dataDir: work, extensions: {vector}})
    await bringUpToDate(drizzle({client, schema}))
    await client.close()
    // Without owners and times: the same bytes wherever it is made.
    const options = {cwd: work, portable: true, mtime: new Date(0), noDirRecurse: true, sync: true} as const
    const packed = brotliCompressSync(
      create(options, readdirSync(work, {recursive: true, encoding: 'utf8'}).toSorted()).read() ?? '',
      compression,
    )
    mkdirSync(folder, {recursive: true})
    writeFileSync(join(folder, packedName), packed)
    writeFileSync(join(folder, aboutName), aboutPacked(packed))
  } finally {
    rmSync(work, {recursive: true, force: true})
  }
}
