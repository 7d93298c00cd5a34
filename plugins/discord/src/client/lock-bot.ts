import {join} from 'node:path'
import {storageError} from '@essence/core/channel/storage-error'
import {EssenceError, isEssenceError} from '@essence/core/kit/errors'
import {lockHolder, type OwnerLock, takeLock} from '@essence/core/kit/files/owner-lock'

/** Makes this process the only one on this machine that listens for a bot. @throws LOCKED, DISK_FULL, DATA_DIR_UNWRITABLE */
export const lockBot = async (folder: string): Promise<OwnerLock> => {
  const path = join(folder, 'gateway.lock')
  try {
    return await takeLock(path, {wait: false})
  } catch (error) {
    const holder = await lockHolder(path)
    if (!isEssenceError(error) || error.code !== 'LOCKED') throw storageError(path, error)
    throw new EssenceError('LOCKED', `${holder?.owner ?? 'Another process'} runs this Discord bot already.`, {
      suggestions: ['Stop it, or give this one a bot of its own: another DISCORD_BOT_TOKEN.'],
      cause: error,
    })
  }
}
