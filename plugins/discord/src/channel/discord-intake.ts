import type {Admission} from '@essence/core/channel/admission'
import type {Chats} from '@essence/core/channel/chats'
import type {ChannelIntake} from '@essence/core/channel/delivery/adapter'
import type {Jobs} from '@essence/core/channel/delivery/job'
import type {PersonLanguages} from '@essence/core/channel/language/person-languages'
import type {Words} from '@essence/core/channel/words/words'
import {messageOf} from '@essence/core/kit/errors'
import type {Log} from '@essence/core/service/log'
import {choicesKey} from '../answer/command-context.ts'
import type {DiscordApi} from '../client/discord-api.ts'
import {admitted, type Incoming, idOf, isIncoming, isReminder, type Pending, senderOf} from '../incoming/incoming.ts'
import type {Interactions} from '../interactions.ts'

export interface DiscordIntakeOptions {
  api: Pick<DiscordApi, 'showTyping'>
  admission: Admission
  chats: Chats
  languages: PersonLanguages
  interactions: Interactions
  jobs: Pick<Jobs<Pending, never>, 'waiting'>
  /** Counts what people send, by kind. */
  count: (kind: string) => void
  /** Aborted where the service stops. */
  signal: AbortSignal
  log: Log
}

const stops = ({content}: Pending): boolean => content.kind === 'command' && content.name === 'stop'

/** How messages of Discord are taken over. */
export const discordIntake = (options: DiscordIntakeOptions): ChannelIntake<Pending> => {
  const {api, admission, chats, languages, interactions, jobs, count, signal, log} = options

  /** Slash commands that wait, and that a stop ends, are not shown as being answered any more. */
  const withdrawWaiting = async ({channelId}: Incoming): Promise<void> => {
    for (const {message} of await jobs.waiting(channelId)) {
      if (!isIncoming(message) || !message.interaction || message.content.kind === 'decision') continue
      void interactions.withdraw(message.interaction, signal)
    }
  }

  const wordsFor = ({userId, locale}: {userId: string; locale?: string | undefined}): Promise<Words> =>
    languages.wordsFor(choicesKey(userId), locale)

  /** Whether what is said in a server is for June, as its people chose for the channel. */
  const isMeant = async ({isDirect, addressed, interaction, channelId}: Incoming): Promise<boolean> => {
    if (isDirect || interaction || addressed === 'command') return true
    const {hears = 'reply'} = await chats.of(channelId)
    return hears === 'always' || addressed === 'mention' || (addressed === 'reply' && hears === 'reply')
  }

  return {
    name: 'discord',
    idOf,
    // Who stops an answer, or what waits to be answered, does not stop what the bot has to tell.
    laneOf: message => `${message.channelId}${isIncoming(message) ? '' : '-told'}`,
    async admit(message) {
      // What the bot itself has to tell is none of the messages a person may send; a reminder is their own wish.
      if (isReminder(message)) return message
      if (!isIncoming(message)) return {...message, language: (await wordsFor(message)).language}
      const {isDirect, interaction} = message
      const sender = senderOf(message)
      const isAllowed = await admission.allows(sender)
      // Before all others a stranger is not told anything.
      if (!isAllowed && !isDirect && !interaction) return undefined
      if (!(await isMeant(message))) return undefined
      const kept = admitted(message, await admission.admit(sender))
      if (!kept) return undefined
      if (!isAllowed) return interaction ? {...kept, interaction: {...interaction, isPrivate: true}} : kept
      if (stops(kept)) await withdrawWaiting(kept)
      return {...kept, locale: (await wordsFor(kept)).language}
    },
    count(message, kept) {
      if (!isIncoming(message)) return
      // What people of a server say to each other is none of the bot's.
      if (kept) count(message.content.kind)
      else if (message.isDirect || message.addressed || message.interaction) count('dropped')
      // It is stored: now there will be an answer.
      if (kept) interactions.acknowledge(message, signal)
    },
    // That June writes: what Discord takes away by itself. Of a slash command it shows that it is being answered.
    waits(message, before) {
      if (!isIncoming(message) || message.interaction || before < 1) return
      const shown = api.showTyping(message.channelId, signal)
      shown.catch(error => log.debug({why: messageOf(error)}, 'that a message waits was not shown'))
    },
    stops,
  }
}
