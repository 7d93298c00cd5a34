import {refusalText} from '@essence/core/channel/access-words'
import {refusalSchema} from '@essence/core/channel/admission'
import type {ChannelAdapter, ChannelIntake} from '@essence/core/channel/delivery/adapter'
import type {PersonLanguages} from '@essence/core/channel/language/person-languages'
import {type Words, wordsIn} from '@essence/core/channel/words/words'
import {choicesKey} from '../answer/command-context.ts'
import type {DiscordApi} from '../client/discord-api.ts'
import {type Incoming, idOf, isIncoming, type Pending} from '../incoming/incoming.ts'
import type {Interactions} from '../interactions.ts'
import {carrierTo} from '../outgoing/carrier.ts'
import {addressed, nonceOf, type Part, textParts} from '../outgoing/parts.ts'
import type {DiscordChannelOptions} from './discord-channel.ts'

const wordsOf = (message: Pending): Words => wordsIn(isIncoming(message) ? message.locale : undefined)

export interface VoiceCommandsOptions extends Pick<DiscordChannelOptions, 'voice'> {
  intake: ChannelIntake<Pending>
  api: DiscordApi
  interactions: Interactions
  languages: PersonLanguages
}

/** Whether it is `/join` or `/leave`. */
export const isVoiceCommand = (message: Pending): message is Incoming =>
  isIncoming(message) && message.content.kind === 'command' && ['join', 'leave'].includes(message.content.name)

/** Answers `/join` and `/leave` where workers answer all else: the connection that voice channels need is the service's. */
export const voiceCommandsHere = (options: VoiceCommandsOptions): ChannelAdapter<Pending, Part> => {
  const {intake, api, interactions, languages, voice} = options

  const textOf = async ({content, guildId, userId, locale}: Incoming): Promise<string> => {
    const words = await languages.wordsFor(choicesKey(userId), locale)
    const refusal = refusalSchema.safeParse(content).data
    if (refusal) return refusalText(words, refusal, {platform: 'Discord', id: userId})
    const name = content.kind === 'command' && content.name === 'leave' ? 'leave' : 'join'
    return await voice(name, {guildId, userId}, words)
  }

  return {
    ...intake,
    needsTurn: () => false,
    async answer(message, {id, signal}) {
      if (!isIncoming(message)) return []
      await interactions.acknowledged(message, signal)
      return addressed(textParts(await textOf(message)), id, message)
    },
    carrierOf(message) {
      const interaction = isIncoming(message) ? message.interaction : undefined
      const note: Part = {kind: 'text', text: wordsOf(message)('interrupted'), nonce: nonceOf(idOf(message), 'note')}
      return carrierTo(api, {channelId: message.channelId, interaction}, note)
    },
    gaveUp: message =>
      isIncoming(message) ? addressed(textParts(wordsOf(message)('gaveUp')), idOf(message), message) : [],
  }
}
