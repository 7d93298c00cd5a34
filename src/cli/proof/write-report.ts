import {readFile, rm, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {systemCodeOf} from '../../kit/errors.ts'
import {fileError} from '../../kit/files/file-error.ts'
import {writeJson} from '../../kit/files/json.ts'
import {makeFolder} from '../../kit/files/make-folder.ts'
import {reportFile} from '../../report/read-report.ts'
import type {TestReport} from '../../report/test-report.ts'

const words = (folder: string) => ({
  what: folder,
  onlyWrote: true,
  full: ['Free some space, then try again.'],
  refused: ['Give another folder with --report.'],
})

/** Makes the folder of a report, and sees that it can be written: before minutes of work. @throws OUTPUT_UNWRITABLE, DISK_FULL */
export const prepareFolder = async (folder: string): Promise<void> => {
  try {
    await makeFolder(folder)
    const probe = join(folder, '.probe')
    await writeFile(probe, '')
    await rm(probe)
  } catch (error) {
    throw fileError(error, words(folder))
  }
}

/**
 * Writes a report as data and as a page. A release of a service is built without what draws pages: there, data only.
 * @returns the path of the page, or else of the data
 * @throws OUTPUT_UNWRITABLE, DISK_FULL
 */
export const writeReport = async (folder: string, report: object, draw: () => Promise<string>): Promise<string> => {
  const [data, path] = [join(folder, reportFile), join(folder, 'index.html')]
  try {
    await writeJson(data, report)
    const page = await draw().catch(error => {
      if (systemCodeOf(error) === 'ERR_MODULE_NOT_FOUND') return undefined
      throw error
    })
    if (page === undefined) return data
    await writeFile(path, page)
  } catch (error) {
    throw fileError(error, words(folder))
  }
  return path
}

/** The kept sound of a report as a page can hold it, by its path; what is gone is left out. */
export const soundsOf = async (folder: string, {roundTrip}: TestReport): Promise<Map<string, string>> => {
  const sounds = new Map<string, string>()
  for (const path of roundTrip?.cases.flatMap(({audio}) => [audio?.input ?? [], audio?.output ?? []].flat()) ?? []) {
    const bytes = await readFile(join(folder, path)).catch(() => undefined)
    if (bytes) sounds.set(path, `data:audio/ogg;base64,${bytes.toString('base64')}`)
  }
  return sounds
}
