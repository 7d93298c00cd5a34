import {Delivery} from '@essence/core/channel/delivery/delivery'
import type {Jobs} from '@essence/core/channel/delivery/job'
import type {Voices} from '@essence/core/channel/voices/voices'
import type {ReopenableEngines} from '@essence/core/engines/reopenable'
import {loadOnce} from '@essence/core/kit/load-once'
import type {Pending} from '../incoming/incoming.ts'
import type {Interactions} from '../interactions.ts'
import type {Part} from '../outgoing/parts.ts'
import {VoiceOnRequest, type VoiceOnRequestOptions} from '../voice-on-request.ts'
import {type IntakeOptions, openChannel, openIntake} from './open-channel.ts'
import {isVoiceCommand, voiceCommandsHere} from './voice-commands-here.ts'

/** What takes messages over, and answers them where that is not left to workers. */
export interface Deliveries extends Pick<Delivery<Pending, Part>, 'accept' | 'start' | 'stop'> {
  interactions: Interactions
  voice: VoiceOnRequest
  close(): Promise<void>
}

export interface DeliveriesOptions
  extends IntakeOptions,
    Pick<VoiceOnRequestOptions, 'client' | 'openListening' | 'openEngines'> {
  /** Where `/join` and `/leave` are kept where workers answer all else. @throws STORE_UNAVAILABLE, DISK_FULL, DATA_DIR_UNWRITABLE */
  openVoiceJobs: () => Promise<Jobs<Pending, Part>>
  /** Tells people apart by their voices, where somebody does. */
  voices: Voices | undefined
  /** Turns worked on at once. */
  parallel: number
}

const voiceOf = (
  options: DeliveriesOptions,
  needs: Pick<VoiceOnRequestOptions, 'admission' | 'record' | 'openEngines'>,
): VoiceOnRequest => {
  const {settings, chats, voices, client, openListening} = options
  return new VoiceOnRequest({
    ...{...needs, client, openListening, language: settings.language},
    voices: voices?.recognition,
    hears: async channelId => (await chats.of(channelId)).hears ?? 'reply',
  })
}

/** All is answered here. */
export const answeredHere = (options: DeliveriesOptions, engines: ReopenableEngines): Deliveries => {
  const {jobs, parallel, clock, log} = options
  const {adapter, interactions, admission, record} = openChannel({
    ...{...options, engines},
    voice: (...asked) => voice.command(...asked),
  })
  const voice = voiceOf(options, {admission, record, openEngines: async () => engines})
  const delivery = new Delivery({jobs, channel: adapter, parallel, works: true, clock, log})
  return {
    ...{interactions, voice},
    accept: messages => delivery.accept(messages),
    start: () => delivery.start(),
    stop: deadline => delivery.stop(deadline),
    close: async () => {},
  }
}

/** Workers answer, all but what needs the connection. Engines are opened when somebody first asks June into a voice channel. */
export const answeredByWorkers = async (options: DeliveriesOptions): Promise<Deliveries> => {
  const {api, jobs, openVoiceJobs, parallel, clock, log} = options
  const {intake, interactions, languages, admission, record} = openIntake(options)
  const voice = voiceOf(options, {admission, record, openEngines: loadOnce(options.openEngines)})
  const channel = voiceCommandsHere({
    ...{intake, api, interactions, languages},
    voice: (...asked) => voice.command(...asked),
  })
  const voiceJobs = await openVoiceJobs()
  const here = new Delivery({jobs: voiceJobs, channel, parallel, works: true, clock, log})
  const elsewhere = new Delivery({jobs, channel: intake, works: false, clock, log})
  return {
    ...{interactions, voice},
    async accept(messages) {
      for (const message of messages) await (isVoiceCommand(message) ? here : elsewhere).accept([message])
    },
    async start() {
      await elsewhere.start()
      await here.start()
    },
    stop: deadline => here.stop(deadline),
    close: () => voiceJobs.close(),
  }
}
