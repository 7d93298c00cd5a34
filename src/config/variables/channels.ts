import {planned} from '../declaration.ts'
import {decimal, flag, list, port, secret, text} from '../variable.ts'

const userIds = {item: /^\d+$/, expected: 'numeric user ids between commas'} as const

/** Of doors that are still to come. */
const discord = planned({
  DISCORD_BOT_TOKEN: secret({
    help: 'Token of the bot, from the Discord developer portal',
    pattern: /^[\w-]+\.[\w-]+\.[\w-]+$/,
    expected: 'a token of three parts with dots between them',
  }),
  DISCORD_SERVICE_PORT: port({help: 'Port of health and metrics', default: '8081'}),
  DISCORD_AUTHORIZED_USERS: list({
    ...userIds,
    help: 'Ids of those who may talk to the bot',
    unset: 'nobody may',
  }),
  DISCORD_WHITELISTED_USERS: list({
    ...userIds,
    help: 'A second such list; both count',
    unset: 'nobody more',
  }),
  DISCORD_OWNER_USERS: list({
    ...userIds,
    help: 'Ids of those who may also use the admin commands',
    unset: 'nobody may',
  }),
  WORKER_ID: text({help: 'Name of a voice worker', unset: 'worker- and the host name'}),
  USE_VOICE_QUEUE: flag({
    help: 'Leave voice messages to the workers on NATS instead of answering them here',
    default: 'false',
  }),
})

/** What all channels have, and those to come. */
export const channels = {
  CHANNEL_BUDGET_SECONDS: decimal({
    help: 'Seconds that engines work for one person in a day: recognition, answers and speech together; owners are not counted',
    services: ['channels'],
    min: 1,
    unset: 'as long as it takes',
  }),
  ...discord,
} as const
