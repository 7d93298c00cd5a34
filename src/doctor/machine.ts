import {access, constants, statfs} from 'node:fs/promises'
import {availableParallelism, totalmem} from 'node:os'
import type {Settings} from '../config/schema.ts'
import {systemCodeOf} from '../kit/errors.ts'
import {makeFolder} from '../kit/files/make-folder.ts'
import {type Finding, failure, ok, warning} from './finding.ts'

const gib = (bytes: number): string => `${(bytes / 2 ** 30).toFixed(1)} GiB`

/** The oldest Node.js all dependencies run on. */
const oldestNode = {major: 22, minor: 19}

/** Node.js, processors and memory. */
export const checkMachine = (): Finding[] => {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  const recent = major > oldestNode.major || (major === oldestNode.major && minor >= oldestNode.minor)
  const wanted = `${oldestNode.major}.${oldestNode.minor}`
  const found = `${process.version}, ${process.platform}-${process.arch}`
  return [
    recent
      ? ok('node', found)
      : failure('node', `${found}; expected ${wanted} or newer`, 'Start with bin/essence, which brings one.'),
    ok('machine', `${availableParallelism()} processors, ${gib(totalmem())} memory`),
  ]
}

/** Less than this and a download or a long recording may not fit, in bytes. */
const littleSpace = 2 * 2 ** 30

/** A folder June writes to: there, writable, with space. It is made if it is missing. */
export const checkFolder = async (
  id: string,
  variable: 'JUNE_DATA_DIR' | 'MODEL_CACHE_DIR',
  settings: Settings,
): Promise<Finding> => {
  const folder = settings[variable]
  try {
    await makeFolder(folder)
    await access(folder, constants.W_OK)
    const {bavail, bsize} = await statfs(folder)
    const free = bavail * bsize
    const detail = `${folder}, ${gib(free)} free`
    return free < littleSpace
      ? warning(id, detail, `Free some space, or set ${variable} to a folder on another disk.`)
      : ok(id, detail)
  } catch (error) {
    return failure(
      id,
      `${folder} cannot be written (${systemCodeOf(error) ?? error})`,
      `Set ${variable} to a folder you own.`,
    )
  }
}
