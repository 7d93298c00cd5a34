import {join} from 'node:path'
import {storageError} from '@essence/core/channel/storage-error'
import {EssenceError, isEssenceError} from '@essence/core/kit/errors'
import {lockHolder, type OwnerLock, takeLock} from '@essence/core/kit/files/owner-lock'

/** Makes this process the only one on this machine that polls for a bot. @throws LOCKED, DISK_FULL, DATA_DIR_UNWRITABLE */
export const lockBot = async (folder: string): Promise<OwnerLock> => {
  const path = join(folder, 'poller.lock')
  try {
    return await takeLock(path, {wait: false})
  } catch (error) {
    const holder = await lockHolder(path)
    if (!isEssenceError(error) || error.code !== 'LOCKED') throw storageError(path, error)
    throw new EssenceError('LOCKED', `${holder?.owner ?? 'Another process'} runs this Telegram bot already.`, {
      suggestions: ['Stop it, or give this one a bot of its own: another TELEGRAM_BOT_TOKEN.'],
      cause: error,
    })
  }
}

/** With a webhook Telegram calls someone else; taking it away unasked could silence a bot that works. @throws POLLER_CONFLICT */
export const refuseWebhook = (url: string): void => {
  if (!url) return
  const host = URL.parse(url)?.host ?? 'another address'
  throw new EssenceError('POLLER_CONFLICT', `This bot has a webhook: Telegram sends its messages to ${host}.`, {
    suggestions: [
      'If that is no longer wanted, remove it: curl "https://api.telegram.org/bot$TELEGRAM_BOT_TOKEN/deleteWebhook"',
      'Or give this service a bot of its own: @BotFather, /newbot.',
    ],
  })
}
