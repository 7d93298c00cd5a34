import {startBot} from '../../../test/channel/start-bot.ts'
import type {DiscordPeer} from '../../../test/peers/discord.ts'
import {ada} from './harness.ts'

/**
 * `essence discord-service`, or another command, as its own process, with mock engines and the peer in the place of Discord; killed when
 * the test ends.
 */
export const startChild = (
  peer: DiscordPeer,
  dataDir: string,
  env: NodeJS.ProcessEnv = {},
  args = ['discord-service', '--port', '0'],
) =>
  startBot(args, dataDir, {
    DISCORD_BOT_TOKEN: peer.token,
    DISCORD_API_ROOT: peer.root,
    DISCORD_AUTHORIZED_USERS: ada,
    ...env,
  })
