import {planned} from '../declaration.ts'
import {decimal, flag, text} from '../variable.ts'

/** Of doors that are still to come. */
const comingChannels = planned({
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
  ...comingChannels,
} as const
