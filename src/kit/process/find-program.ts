import {constants} from 'node:fs'
import {access, stat} from 'node:fs/promises'
import {delimiter, join} from 'node:path'

/** The path of the first of these programs that PATH has, with its name; undefined where it has none. */
export const findProgram = async <Name extends string>(
  names: readonly Name[],
  path = process.env['PATH'] ?? '',
): Promise<{name: Name; path: string} | undefined> => {
  const folders = path.split(delimiter).filter(folder => folder !== '')
  const endings = process.platform === 'win32' ? ['.exe'] : ['']
  for (const name of names) {
    for (const folder of folders) {
      for (const ending of endings) {
        const file = join(folder, name + ending)
        if (await isProgram(file)) return {name, path: file}
      }
    }
  }
  return
}

const isProgram = async (file: string): Promise<boolean> => {
  try {
    await access(file, constants.X_OK)
    return (await stat(file)).isFile()
  } catch {
    return false
  }
}
