import {join} from 'node:path'
import {EssenceError, isEssenceError} from '../../kit/errors.ts'
import {lockHolder, type OwnerLock, takeLock} from '../../kit/files/owner-lock.ts'
import {storageError} from '../storage-error.ts'

/** What a service holds in the folder of its bot, as long as it runs. */
export const botLock = (folder: string): string => join(folder, 'bot.lock')

/**
 * Makes this process the only one on this machine that listens for a bot.
 * @param platform as people call it
 * @param token the variable of the bot's token
 * @throws LOCKED, DISK_FULL, DATA_DIR_UNWRITABLE
 */
export const lockBot = async (folder: string, platform: string, token: string): Promise<OwnerLock> => {
  const path = botLock(folder)
  try {
    return await takeLock(path, {wait: false})
  } catch (error) {
    if (!isEssenceError(error) || error.code !== 'LOCKED') throw storageError(path, error)
    const holder = await lockHolder(path)
    throw new EssenceError('LOCKED', `${holder?.owner ?? 'Another process'} runs this ${platform} bot already.`, {
      suggestions: [`Stop it, or give this one a bot of its own: another ${token}.`],
      cause: error,
    })
  }
}
