import {randomInt} from 'node:crypto'
import {botEnv} from '@essence/core/proof/checks/bots'
import {healthCheck, metricsCheck} from '@essence/core/proof/checks/http'
import type {OpenChecks} from '@essence/core/proof/service-checks'
import {openStandIn} from '../stand-in/stand-in.ts'
import {tokenOf} from '../stand-in/state.ts'
import {conversations} from './conversations.ts'
import {converse, people} from './people.ts'

/** Everything the bot does, with a server on this machine in the place of Discord's. */
export const openDiscordChecks = async (): Promise<OpenChecks> => {
  const discord = await openStandIn({token: tokenOf(String(randomInt(1e9, 1e10)))})
  return {
    env: {
      DISCORD_BOT_TOKEN: discord.token,
      DISCORD_API_ROOT: discord.root,
      ...botEnv('DISCORD', people),
    },
    checks: [
      healthCheck(['discord', 'stt', 'llm', 'tts']),
      ...conversations(discord),
      metricsCheck([
        {
          call: (_, signal) => converse(discord, people.figures, [{text: 'hello'}], signal),
          grows: [
            {name: 'discord_messages_total', labels: {type: 'text'}},
            {name: 'discord_messages_total', labels: {type: 'command'}},
            {name: 'june_turns_total', labels: {channel: 'discord', result: 'ok'}},
            {name: 'june_turn_stage_seconds_count', labels: {channel: 'discord', stage: 'total'}},
          ],
        },
      ]),
    ],
    close: discord.close,
  }
}
