import {readFile} from 'node:fs/promises'
import type * as z from 'zod'
import {systemCodeOf} from '../errors.ts'
import {type AtomicWriteOptions, atomicWrite} from './atomic-write.ts'

/** Writes JSON as `atomicWrite` does. */
export const writeJson = (path: string, value: unknown, options?: AtomicWriteOptions): Promise<void> =>
  atomicWrite(path, `${JSON.stringify(value, null, 2)}\n`, options)

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
