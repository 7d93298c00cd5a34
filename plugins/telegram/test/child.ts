import {startBot} from '../../../test/channel/start-bot.ts'
import type {BotApiPeer} from '../../../test/peers/bot-api.ts'
import {ada} from './harness.ts'

/** In place of the mock engines: those that come with Essence, of which none needs a download. */
export const realEngines: NodeJS.ProcessEnv = {JUNE_TEST_MODE: undefined, STT_THREADS: '1', STT_DEVICE: 'cpu'}

/**
 * `essence telegram-service`, or another command, as its own process, with mock engines and the peer in the place of
 * Telegram; killed when the test ends.
 */
export const startChild = (
  peer: BotApiPeer,
  dataDir: string,
  env: NodeJS.ProcessEnv = {},
  args = ['telegram-service', '--port', '0'],
) =>
  startBot(args, dataDir, {
    TELEGRAM_BOT_TOKEN: peer.token,
    TELEGRAM_API_ROOT: peer.root,
    TELEGRAM_AUTHORIZED_USERS: String(ada),
    ...env,
  })
