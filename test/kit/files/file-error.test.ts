import {EssenceError} from '@essence/core/kit/errors'
import {fileError} from '@essence/core/kit/files/file-error'
import {describe, expect, it} from 'vitest'

const words = {what: '/data/x', full: ['Make room.'], refused: ['Change its owner.']}

const system = (code: string, path?: string): Error =>
  Object.assign(new Error(code), {code, syscall: 'open', ...(path === undefined ? {} : {path})})

describe('fileError', () => {
  it.each(['ENOSPC', 'EDQUOT'])('says that the disk is full (%s)', code => {
    const error = system(code, '/data/x.tmp')
    expect(fileError(error, words)).toMatchObject({
      code: 'DISK_FULL',
      message: 'The disk of /data/x is full.',
      suggestions: ['Make room.'],
      cause: error,
    })
  })

  it.each([
    ['EACCES', undefined, '/data/x cannot be written (EACCES).'],
    ['EROFS', '/data/x.tmp', '/data/x cannot be written (EROFS).'],
    ['EPERM', '/other', '/other cannot be written (EPERM).'],
    ['ENOTDIR', '/data', '/data cannot be written (a file stands where a folder should be, ENOTDIR).'],
  ])('says what may not be written, and why (%s)', (code, path, message) => {
    const expected = {message, suggestions: ['Change its owner.']}
    expect(fileError(system(code, path), words)).toMatchObject({code: 'OUTPUT_UNWRITABLE', ...expected})
    const data = {...words, code: 'DATA_DIR_UNWRITABLE'} as const
    expect(fileError(system(code, path), data)).toMatchObject({code: 'DATA_DIR_UNWRITABLE', ...expected})
  })

  it('leaves alone what has other reasons, unless nothing was done but to write', () => {
    for (const code of ['ENOENT', 'EMFILE']) {
      const error = system(code)
      expect(fileError(error, words)).toBe(error)
      expect(fileError(error, {...words, onlyWrote: true})).toMatchObject({
        code: 'OUTPUT_UNWRITABLE',
        message: expect.stringContaining(code),
      })
    }
    const others = [new Error('a bug'), Object.assign(new TypeError('x'), {code: 'ERR_INVALID_ARG_TYPE'}), 'text']
    for (const error of [...others, new EssenceError('DISK_FULL', 'Full.')]) {
      expect(fileError(error, {...words, onlyWrote: true})).toBe(error)
    }
  })
})
