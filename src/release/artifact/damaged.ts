import {EssenceError, isEssenceError, messageOf, systemCodeOf} from '../../kit/errors.ts'

/** What is wrong with a release, and that it was not used. */
export const invalidRelease = (release: string, what: string, cause?: unknown): EssenceError =>
  new EssenceError('RELEASE_INVALID', `${release} is not a release that can be used: ${what}.`, {
    cause,
    suggestions: ['Copy the tarball again, or build it anew: essence build SERVICE'],
  })

const unreadableArchive = new Set(['TAR_BAD_ARCHIVE', 'TAR_ENTRY_INVALID', 'TAR_ENTRY_UNSUPPORTED', 'TAR_ENTRY_INFO'])

/** What reading a tarball threw, in words of the table; errors of the file system stay as they are. */
export const archiveError = (release: string, error: unknown): unknown => {
  if (isEssenceError(error)) return error
  const message = messageOf(error)
  const code = systemCodeOf(error) ?? ''
  if (message.includes('decompression ratio'))
    return invalidRelease(release, 'it unpacks to far more than it should', error)
  if (/^Z_/.test(code) || /unexpected end of file|Truncated/i.test(message)) {
    return invalidRelease(release, 'it is truncated or damaged', error)
  }
  if (unreadableArchive.has(code) || code === 'TAR_ABORT') {
    return invalidRelease(release, `it is damaged (${message})`, error)
  }
  return error
}
