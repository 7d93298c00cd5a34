import {createHash} from 'node:crypto'
import type {Choices} from '@essence/core/channel/chats'
import type {CollectedTurn} from '@essence/core/channel/collect-turn'
import {shorten} from '@essence/core/channel/split-text'
import type {Words} from '@essence/core/channel/words/words'
import * as z from 'zod'
import {type Incoming, isSpoken} from '../incoming/incoming.ts'
import {type Buttons, buttonsFor, buttonsSchema} from './buttons.ts'
import {splitMarkdown} from './split-markdown.ts'
import {tablesAsCode} from './tables.ts'

/** Longest message, in characters: https://discord.com/developers/docs/resources/message#create-message */
export const maxMessageLength = 2000

const common = {
  /**
   * Where it goes: a message of its own; the answer of a slash command, which is edited until it stands; or a further one behind that.
   * Default: a message.
   */
  as: z.enum(['answer', 'further']).optional(),
  /** The message that is changed into it: what was written of it while it was thought of. */
  edits: z.string().optional(),
  /** By it Discord knows a message that is sent again, for some minutes. */
  nonce: z.string().optional(),
  /** The message it answers, shown above it. */
  replyTo: z.string().optional(),
  /** Below the last part of an answer that asks. */
  buttons: buttonsSchema.optional(),
}

/** What is stored of a part of an answer: of a voice message all but the sound. */
export const partSchema = z.discriminatedUnion('kind', [
  z.object({kind: z.literal('text'), text: z.string(), ...common}),
  z.object({kind: z.literal('voice'), seconds: z.number(), waveform: z.string(), ...common}),
])

/** One message that goes out; a voice message has its sound, OGG/Opus, while the process that made it lives. */
export type Part = z.infer<typeof partSchema> & {ogg?: Uint8Array}

/** Of what was heard, this much is shown with the answer: enough to see a mishearing. */
const maxHeard = 180

/** A text in as many messages as it takes. */
export const textParts = (text: string): Part[] =>
  splitMarkdown(tablesAsCode(text), maxMessageLength).map(text => ({kind: 'text', text}))

export interface AnswerForm extends Pick<Choices, 'reply' | 'echo'> {
  /** Who is answered. */
  userId: string
  words: Words
}

export interface Answer extends Pick<CollectedTurn, 'transcript' | 'text' | 'confirmation' | 'sources' | 'action'> {
  /** A voice message, OGG/Opus, with its waveform in base64. */
  voice?: {ogg: Uint8Array; seconds: number; waveform: string} | undefined
}

/**
 * A voice message stands alone, as Discord wants it; its text, with what was heard, is the message behind it. What the answer leans on
 * stands below it, and buttons where it asks.
 */
export const answerParts = (
  {transcript, text: said, voice, confirmation, sources, action}: Answer,
  {userId, words, reply, echo = true}: AnswerForm,
): Part[] => {
  // "Stop" asks for nothing to be said; there is nothing that sounds here.
  if (!said && action) return []
  const heard = echo && transcript ? [`“${shorten(transcript, maxHeard)}”`] : []
  const text = [...heard, said || confirmation?.question || words('nothingToSay'), ...sourceLines(sources)].join('\n\n')
  const spoken: Part[] = voice ? [{kind: 'voice', ...voice}] : []
  const buttons = confirmation && buttonsFor(confirmation, userId, words.language)
  // Asked for alone, a voice is enough; what is to be read or pressed is written all the same.
  const isVoiceOnly = reply === 'voice' && voice !== undefined && !sources?.length && !buttons
  return withButtons([...spoken, ...(isVoiceOnly ? [] : textParts(text))], buttons)
}

/** `— Handbook, p. 12; Notes` */
const sourceLines = (sources: Answer['sources'] = []): string[] => {
  const names = new Set(sources.map(({name, page}) => (page === undefined ? name : `${name}, p. ${page}`)))
  return names.size === 0 ? [] : [`— ${[...names].join('; ')}`]
}

/** The same parts, the last one with buttons. */
export const withButtons = (parts: Part[], buttons: Buttons | undefined): Part[] =>
  parts.map((part, index) => (buttons && index === parts.length - 1 ? {...part, buttons} : part))

/** The nonce of a part: the same one for the same part of the same answer, also after another start. At most 25 characters. */
export const nonceOf = (id: string, part: number | 'note' | 'anew'): string =>
  createHash('sha256').update(`${id}:${part}`).digest('base64url').slice(0, 25)

export interface Addressed {
  /** The message that shows the answer already. */
  mark?: string | undefined
}

/**
 * Parts with all that their way out needs. In a server, and where it was spoken or edited, the first one refers to the message it answers.
 * @param id of the job
 */
export const addressed = (
  parts: readonly Part[],
  id: string,
  message: Pick<Incoming, 'messageId' | 'isDirect' | 'edited' | 'interaction' | 'content'>,
  {mark}: Addressed = {},
): Part[] => {
  const {messageId, isDirect, edited, interaction, content} = message
  const refers = !isDirect || edited || isSpoken(message)
  const replyTo = refers ? messageId : undefined
  const firstText = parts.findIndex(({kind}) => kind === 'text')
  return parts.map((part, index): Part => {
    const nonce = nonceOf(id, index)
    // What follows a button stands below the question, which stays as it is.
    if (interaction && content.kind === 'decision') {
      return interaction.isPrivate
        ? {...part, as: 'further'}
        : {...part, nonce, replyTo: index === 0 ? messageId : undefined}
    }
    if (interaction) return {...part, as: index === firstText ? 'answer' : 'further'}
    if (mark !== undefined && index === firstText) return {...part, nonce, replyTo, edits: mark}
    return {...part, nonce, replyTo: index === 0 ? replyTo : undefined}
  })
}
