import {decimal, flag, port, text} from '../variable.ts'

/** What all channels have, and workers that answer for them. */
export const channels = {
  CHANNEL_BUDGET_SECONDS: decimal({
    help: 'Seconds that engines work for one person in a day: recognition, answers and speech together; owners are not counted',
    services: ['channels'],
    min: 1,
    unset: 'as long as it takes',
  }),
  USE_VOICE_QUEUE: flag({
    help: 'Leave what arrives to voice workers (essence voice-worker) instead of answering it here',
    services: ['channels'],
    default: 'false',
  }),
  WORKER_ID: text({
    help: 'Name of a voice worker; one that starts again under its name goes on at once with what it had',
    services: ['voice-worker'],
    unset: 'worker-, the host name and the first number that is free',
  }),
  VOICE_WORKER_HOST: text({
    help: 'Address its health and metrics listen on; 0.0.0.0 in a container',
    services: ['voice-worker'],
    default: '127.0.0.1',
  }),
  VOICE_WORKER_PORT: port({
    help: 'Port of health and metrics of a voice worker; 0 takes any free one',
    services: ['voice-worker'],
    default: '8082',
  }),
} as const
