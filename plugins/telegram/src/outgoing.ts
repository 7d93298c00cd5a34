import type {Choices} from '@essence/core/channel/chats'
import type {CollectedTurn} from '@essence/core/channel/collect-turn'
import {shorten, splitText} from '@essence/core/channel/split-text'
import type {Words} from '@essence/core/channel/words/words'
import * as z from 'zod'
import {maxCaptionLength, maxMessageLength} from './bot-api/limits.ts'
import {type Buttons, buttonsFor, buttonsSchema} from './buttons.ts'
import {entitiesWithin, entitySchema, type Formatted, joined} from './formatting/formatted.ts'
import {formattedOf} from './formatting/markdown.ts'
import type {SoundKind} from './sending/taken-sounds.ts'

/** The message it answers, shown above it. */
const replyTo = z.int().optional()

/** Below the last part of an answer that asks. */
const buttons = buttonsSchema.optional()

/** How pieces of its text are shown. */
const entities = z.array(entitySchema).optional()

/** Id of a message of ours that shows a part of the answer already: it is changed into this. */
const edits = z.int().optional()

/** Of a part that sounds: what it says in writing, where its caption does not. */
const written = z.object({text: z.string(), entities: z.array(entitySchema)}).optional()

const sound = {caption: z.string(), entities, seconds: z.number(), replyTo, buttons, written}

/** What is stored of a part of an answer: of what sounds all but the sound. `audio`: a file with a player. */
export const partSchema = z.discriminatedUnion('kind', [
  z.object({kind: z.literal('text'), text: z.string(), entities, replyTo, buttons, edits}),
  z.object({kind: z.literal('voice'), ...sound}),
  z.object({kind: z.literal('audio'), ...sound}),
])

/** One message that goes out; what sounds has its sound, OGG/Opus, while the process that made it lives. */
export type Part = z.infer<typeof partSchema> & {ogg?: Uint8Array}

/** Of what was heard, this much is shown with the answer: enough to see a mishearing. */
const maxHeard = 180

/** A text in as many messages as it takes; the first refers to the message it answers, if any. */
export const textParts = (given: string | Formatted, replyTo?: number): Part[] => {
  const {text, entities} = typeof given === 'string' ? {text: given, entities: []} : given
  let end = 0
  return splitText(text, maxMessageLength).map((part, index) => {
    // Each part is a piece of the text, behind the one before.
    const start = text.indexOf(part, end)
    end = start + part.length
    const within = entitiesWithin(entities, start, part.length)
    return {
      ...{kind: 'text', text: part, replyTo: index === 0 ? replyTo : undefined},
      ...(within.length > 0 ? {entities: within} : {}),
    } as const
  })
}

export interface Answer extends Pick<CollectedTurn, 'transcript' | 'text' | 'confirmation' | 'sources' | 'action'> {
  /** A voice note, OGG/Opus. */
  voice?: {ogg: Uint8Array; seconds: number} | undefined
}

export interface AnswerForm extends Pick<Choices, 'reply' | 'echo'> {
  /** The message that was heard, or edited, or answered in a group. */
  replyTo?: number | undefined
  /** The message that shows a part of it already. */
  edits?: number | undefined
  /** How the chat takes sound. Default: as a voice message. */
  sound?: SoundKind | undefined
  words: Words
}

/**
 * A voice note carries its text as caption where that fits; else the caption says what was heard and the text follows. What the
 * answer leans on stands below it, and buttons where it asks.
 */
export const answerParts = (
  {transcript, text: answer, voice, confirmation, sources, action}: Answer,
  {replyTo, edits, reply, echo = true, sound: kind = 'voice', words}: AnswerForm,
): Part[] => {
  // "Stop" asks for nothing to be said; there is nothing that sounds here.
  if (!answer && action) return []
  const said = formattedOf(answer || confirmation?.question || words('nothingToSay'))
  const text = joined([said, ...sourceLines(sources)])
  const buttons = confirmation && buttonsFor(confirmation, words.language)
  const heard = echo && transcript ? `“${shorten(transcript, maxHeard)}”` : ''
  const whole = joined([heard, text])
  if (!voice) return withButtons(edited(textParts(whole, replyTo), edits), buttons)
  if (reply === 'voice' && !confirmation) return [{kind, caption: heard, replyTo, written: whole, ...voice}]
  const fits = whole.text.length <= maxCaptionLength
  const {text: caption, entities} = fits ? whole : {text: heard, entities: []}
  const shown = entities.length > 0 ? {entities} : {}
  return withButtons([{kind, caption, ...shown, replyTo, ...voice}, ...(fits ? [] : textParts(text))], buttons)
}

/** The same parts, the first in the place of a message that is there. */
const edited = (parts: Part[], edits: number | undefined): Part[] =>
  parts.map((part, index) => (index === 0 && part.kind === 'text' ? {...part, edits} : part))

/** `— Handbook, p. 12; Notes` */
const sourceLines = (sources: Answer['sources'] = []): string[] => {
  const names = new Set(sources.map(({name, page}) => (page === undefined ? name : `${name}, p. ${page}`)))
  return names.size === 0 ? [] : [`— ${[...names].join('; ')}`]
}

/** The same parts, the last one with buttons. */
export const withButtons = (parts: Part[], buttons: Buttons | undefined): Part[] =>
  parts.map((part, index) => (buttons && index === parts.length - 1 ? {...part, buttons} : part))
