import {mkdir, stat} from 'node:fs/promises'
import {dirname, resolve} from 'node:path'
import {systemCodeOf} from '../errors.ts'

/**
 * Makes a folder and what is missing above it. Node's own recursive mkdir never returns where a file system refuses with
 * ENOENT although the parent is there (/proc, /sys).
 * @throws the system's error (EACCES, EEXIST for a file, ENOENT, ENOTDIR below a file, EROFS, ENOSPC …)
 */
export const makeFolder = async (path: string): Promise<void> => {
  const folder = resolve(path)
  if ((await stat(folder).catch(() => undefined))?.isDirectory()) return
  if (dirname(folder) !== folder) {
    await makeFolder(dirname(folder)).catch(error => {
      // A file stands where a folder should: mkdir says so better, with ENOTDIR.
      if (systemCodeOf(error) !== 'EEXIST') throw error
    })
  }
  try {
    await mkdir(folder)
  } catch (error) {
    // Another process made it meanwhile.
    if (systemCodeOf(error) !== 'EEXIST' || !(await stat(folder)).isDirectory()) throw error
  }
}
