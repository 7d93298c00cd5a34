import {rmSync} from 'node:fs'
import {mkdtemp, realpath, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'

/** An empty folder for the work (below TMPDIR), gone afterwards whatever happens, also when the process is ended in between. */
export const withStageFolder = async <T>(work: (folder: string) => Promise<T>): Promise<T> => {
  const folder = await mkdtemp(join(await realpath(tmpdir()), 'essence-build-'))
  const atExit = (): void => rmSync(folder, {recursive: true, force: true})
  process.once('exit', atExit)
  try {
    return await work(folder)
  } finally {
    await rm(folder, {recursive: true, force: true, maxRetries: 2})
    process.off('exit', atExit)
  }
}
