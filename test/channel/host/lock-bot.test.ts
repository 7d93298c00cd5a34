import {symlink} from 'node:fs/promises'
import {join} from 'node:path'
import {lockBot} from '@essence/core/channel/host/lock-bot'
import {expect, it} from 'vitest'
import {temporaryFolder} from '../../temporary-folder.ts'

it('says that the data folder cannot be written', async () => {
  // Neither written nor read, by nobody: root too.
  const loop = join(temporaryFolder(), 'data')
  await symlink(loop, loop)
  const folder = join(loop, 'telegram', '4711')
  await expect(lockBot(folder, 'Telegram', 'TELEGRAM_BOT_TOKEN')).rejects.toMatchObject({
    code: 'DATA_DIR_UNWRITABLE',
    suggestions: [expect.stringContaining('JUNE_DATA_DIR')],
  })
})

it('names the process that runs the bot', async () => {
  const folder = temporaryFolder()
  const lock = await lockBot(folder, 'Telegram', 'TELEGRAM_BOT_TOKEN')
  await expect(lockBot(folder, 'Telegram', 'TELEGRAM_BOT_TOKEN')).rejects.toMatchObject({
    code: 'LOCKED',
    message: `process ${process.pid} runs this Telegram bot already.`,
  })
  await lock.release()
})
