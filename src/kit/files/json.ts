import {open, readFile, rename, rm} from 'node:fs/promises'
import type * as z from 'zod'
import {systemCodeOf} from '../errors.ts'

/**
 * Writes JSON so that a reader, or a crash, sees the old content or the new one and nothing between. One writer at a
 * time: the caller holds a lock; so the temporary file has one name, and killed writers leave no more than one.
 */
export const writeJson = async (path: string, value: unknown): Promise<void> => {
  const temporary = `${path}.tmp`
  try {
    const file = await open(temporary, 'w')
    try {
      await file.writeFile(`${JSON.stringify(value, null, 2)}\n`)
      await file.datasync()
    } finally {
      await file.close()
    }
    await rename(temporary, path)
  } catch (error) {
    await rm(temporary, {force: true}).catch(() => {})
    throw error
  }
}

/** JSON of a shape; `undefined` where there is no file, or its content is not of that shape. */
export const readJson = async <T extends z.ZodType>(path: string, schema: T): Promise<z.output<T> | undefined> => {
  try {
    const parsed = schema.safeParse(JSON.parse(await readFile(path, 'utf8')))
    return parsed.success ? parsed.data : undefined
  } catch (error) {
    if (error instanceof SyntaxError || systemCodeOf(error) === 'ENOENT' || systemCodeOf(error) === 'ENOTDIR') return
    throw error
  }
}
