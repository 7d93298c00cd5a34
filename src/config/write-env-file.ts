import type {Stats} from 'node:fs'
import {access, constants, lstat, open, realpath, stat} from 'node:fs/promises'
import {EssenceError, systemCodeOf} from '../kit/errors.ts'
import {atomicWrite, replaceFile} from '../kit/files/atomic-write.ts'
import {fileError} from '../kit/files/file-error.ts'
import {type EnvChanges, editEnvText} from './edit-env-text.ts'
import {parseEnvText, readEnvText} from './env-file.ts'

/**
 * Edits an environment file as `editEnvText` does, in one step: a reader sees it as it was, or as it is to be. It keeps its owner and
 * permissions, and a link goes on leading to it. Where none is there, one is made that only its owner reads.
 * @throws CONFIG_INVALID for what is no environment file, or cannot be read; OUTPUT_UNWRITABLE, DISK_FULL. All is as it was then.
 */
export const editEnvFile = async (path: string, changes: EnvChanges): Promise<'created' | 'changed' | 'unchanged'> => {
  const existing = await existingFile(path)
  const text = existing ? ((await readEnvText(path)) ?? '') : ''
  const [line] = parseEnvText(text).unclosed
  if (line !== undefined) {
    throw new EssenceError('CONFIG_INVALID', `${path}:${line}: the quotation mark opened here is never closed.`, {
      suggestions: ['Close it: what is meant to follow it cannot be told. Nothing was written.'],
    })
  }
  const edited = editEnvText(text, changes)
  if (edited === text) return 'unchanged'
  try {
    if (existing) await replaceLike(await realpath(path), edited, existing)
    else await atomicWrite(path, edited, {mode: 0o600, concurrent: true, durable: true})
  } catch (error) {
    throw fileError(error, {
      what: path,
      onlyWrote: true,
      full: ['Free some space, then try again: the file is as it was.'],
      refused: ['Make the file and its folder writable for this user, and its own; or name another by ENV_SH.'],
    })
  }
  return existing ? 'changed' : 'created'
}

const existingFile = async (path: string): Promise<Stats | undefined> => {
  const found = await stat(path).catch(error => {
    if (systemCodeOf(error) === 'ENOENT') return undefined
    throw unusable(path, `cannot be read (${systemCodeOf(error) ?? 'unknown error'})`, error)
  })
  const link = found ? undefined : await lstat(path).catch(() => undefined)
  if (link) throw unusable(path, 'is a link to what is not there')
  if (found?.isDirectory()) throw unusable(path, 'is a directory, expected a file')
  if (found && !found.isFile()) throw unusable(path, 'is no regular file, and keeps nothing that is written')
  return found
}

const unusable = (path: string, why: string, cause?: unknown): EssenceError =>
  new EssenceError('CONFIG_INVALID', `The environment file ${path} ${why}.`, {
    suggestions: ['Set ENV_SH to a file of NAME=value lines; it is made where it is missing.'],
    cause,
  })

const replaceLike = async (path: string, text: string, {mode, uid, gid}: Stats): Promise<void> => {
  // The system asks for a writable folder only; who made the file read-only wants it to stay as it is.
  await access(path, constants.W_OK)
  const make = async (draft: string): Promise<void> => {
    await using file = await open(draft, 'wx', 0o600)
    const own = await file.stat()
    if (own.uid !== uid || own.gid !== gid) await file.chown(uid, gid)
    await file.chmod(mode & 0o7777)
    await file.writeFile(text)
    await file.sync()
  }
  await replaceFile(path, make, {concurrent: true, durable: true})
}
