import {randomBytes, randomInt} from 'node:crypto'
import {mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {healthCheck, metricsCheck} from '@essence/core/proof/http-checks'
import type {OpenChecks} from '@essence/core/proof/service-checks'
import {openStandIn} from '../stand-in/stand-in.ts'
import {conversations} from './conversations.ts'
import {messageRoute} from './message-route.ts'
import {converse, people} from './people.ts'

/** Everything the bot does, with a server on this machine in the place of Telegram's. */
export const openTelegramChecks = async (): Promise<OpenChecks> => {
  const telegram = await openStandIn({token: `${randomInt(1e9, 1e10)}:${randomBytes(26).toString('base64url')}`})
  // Of its own: what people sent to the real bot is kept in the usual one.
  const folder = await mkdtemp(join(tmpdir(), 'essence-telegram-'))
  return {
    env: {
      TELEGRAM_BOT_TOKEN: telegram.token,
      TELEGRAM_API_ROOT: telegram.root,
      TELEGRAM_AUTHORIZED_USERS: Object.values(people).join(','),
      TELEGRAM_RATE_LIMIT_PER_MINUTE: '1000',
      TELEGRAM_RATE_LIMIT_PER_HOUR: '1000',
      TELEGRAM_RATE_LIMIT_PER_DAY: '1000',
      TELEGRAM_USE_WEBHOOK: 'false',
      // The mock's voice, not one of the real engines.
      TTS_VOICE_ID: 'default',
      JUNE_DATA_DIR: folder,
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
    async close() {
      await telegram.close()
      await rm(folder, {recursive: true, force: true})
    },
  }
}
