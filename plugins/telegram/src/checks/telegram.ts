import {randomBytes, randomInt} from 'node:crypto'
import {botEnv} from '@essence/core/proof/checks/bots'
import {healthCheck, metricsCheck} from '@essence/core/proof/checks/http'
import type {OpenChecks} from '@essence/core/proof/service-checks'
import {openStandIn} from '../stand-in/stand-in.ts'
import {conversations} from './conversations.ts'
import {messageRoute} from './message-route.ts'
import {converse, people} from './people.ts'

/** Everything the bot does, with a server on this machine in the place of Telegram's. */
export const openTelegramChecks = async (): Promise<OpenChecks> => {
  const telegram = await openStandIn({token: `${randomInt(1e9, 1e10)}:${randomBytes(26).toString('base64url')}`})
  return {
    env: {
      TELEGRAM_BOT_TOKEN: telegram.token,
      TELEGRAM_API_ROOT: telegram.root,
      ...botEnv('TELEGRAM', people),
      TELEGRAM_USE_WEBHOOK: 'false',
    },
    checks: [
      healthCheck(['telegram', 'stt', 'llm', 'tts']),
      ...conversations(telegram),
      messageRoute,
      metricsCheck([
        {
          call: (_, signal) => converse(telegram, people.figures, [{text: 'hello'}], signal),
          grows: [
            {name: 'telegram_messages_total', labels: {type: 'text'}},
            {name: 'telegram_messages_total', labels: {type: 'command'}},
            {name: 'june_turns_total', labels: {channel: 'telegram', result: 'ok'}},
            {name: 'june_turn_stage_seconds_count', labels: {channel: 'telegram', stage: 'total'}},
          ],
        },
      ]),
    ],
    close: telegram.close,
  }
}
