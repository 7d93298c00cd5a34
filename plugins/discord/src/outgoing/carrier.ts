import type {Carrier} from '@essence/core/channel/delivery/carrier'
import {defined} from '@essence/core/kit/defined'
import {MessageFlags} from 'discord.js'
import type {DiscordApi, MessageBody, OutgoingFile} from '../client/discord-api.ts'
import {DiscordError} from '../client/discord-error.ts'
import type {Interaction} from '../incoming/incoming.ts'
import {timeOf} from '../incoming/seen.ts'
import {componentsOf} from './buttons.ts'
import {nonceOf, type Part} from './parts.ts'

/** Discord knows a nonce "in the past few minutes"; we count on two. */
const nonceMs = 120_000

/** https://discord.com/developers/docs/topics/opcodes-and-status-codes#json: the answer of an interaction has nowhere to go any more */
const goneReasons = new Set([10_015, 10_062, 50_027])

/** ms after a command within which its first answer is given; before it, a further one has nowhere to go either. */
const firstAnswerMs = 3000

const unknownMessage = 10_008

export interface Destination {
  channelId: string
  interaction?: Interaction | undefined
  /** Another process gives the first answer to it, maybe only now. */
  isElsewhere?: boolean | undefined
}

/** Carries the parts of an answer to where it was asked for. @param note what is sent where one may not have arrived */
export const carrierTo = (
  api: DiscordApi,
  {channelId, interaction, isElsewhere}: Destination,
  note: Part,
): Carrier<Part> => ({
  async send(part, signal, begin) {
    const {applicationId = '', token = '', isPrivate = false} = interaction ?? {}
    if (part.as === 'answer') {
      const body = {...bodyOf(part), components: rows(part)}
      await api.editOriginal(applicationId, token, body, filesOf(part), signal, begin)
    } else if (part.as === 'further') {
      const flags = flagsOf(part) | (isPrivate ? MessageFlags.Ephemeral : 0)
      await api.followUp(applicationId, token, {...bodyOf(part), flags}, filesOf(part), signal, begin)
    } else if (part.edits !== undefined) {
      await api.editMessage(channelId, part.edits, {...bodyOf(part), components: rows(part)}, signal, begin)
    } else await create(api, channelId, part, signal, begin)
  },
  judge(error) {
    if (!(error instanceof DiscordError)) return {sent: 'unknown', again: false}
    const {certainlyNotDone, retryAfterMs: afterMs, retryable, code, reason} = error
    const isEarly = isElsewhere && interaction && Date.now() - timeOf(interaction.id) < firstAnswerMs
    if (isEarly && reason !== undefined && goneReasons.has(reason)) return {sent: 'no', again: true, afterMs: 250}
    if (!certainlyNotDone) return {sent: 'unknown', again: true, afterMs}
    // Whether the token is really gone shows the call that needs nothing else; the service then ends.
    return {sent: 'no', again: retryable || code === 'TOKEN_REJECTED', afterMs}
  },
  repeatableMs: ({as, edits, nonce}) => {
    if (as === 'answer' || edits !== undefined) return Number.POSITIVE_INFINITY
    return as === undefined && nonce !== undefined ? nonceMs : 0
  },
  instead(part, error) {
    if (!(error instanceof DiscordError)) return undefined
    const {reason, status} = error
    if (part.edits !== undefined && reason === unknownMessage) {
      // It was deleted; by its nonce Discord may still know it.
      return [{...part, edits: undefined, nonce: part.nonce && nonceOf(part.nonce, 'anew')}]
    }
    // A slash command that is answered too late; what was for one person's eyes does not go to all.
    if (part.as && !interaction?.isPrivate && reason !== undefined && goneReasons.has(reason)) {
      return [{...part, as: undefined}]
    }
    // No voice messages here, or too large a one: the text follows anyway.
    return part.kind === 'voice' && (status === 400 || status === 403 || status === 413) ? [] : undefined
  },
  lasts: part => part.kind === 'text',
  note,
})

/**
 * Sends a message, once: by its nonce Discord knows one that came before, which may be an earlier state of it.
 * @returns its id
 */
export const create = async (
  api: DiscordApi,
  channelId: string,
  part: Part,
  signal: AbortSignal,
  begin?: () => Promise<void>,
): Promise<string> => {
  const {nonce, replyTo} = part
  const body = {
    ...bodyOf(part),
    ...defined({
      nonce,
      enforce_nonce: nonce === undefined ? undefined : true,
      message_reference: replyTo ? {message_id: replyTo, fail_if_not_exists: false} : undefined,
      flags: flagsOf(part) || undefined,
    }),
  }
  const {id, content} = await api.createMessage(channelId, body, filesOf(part), signal, begin)
  if (part.kind === 'text' && content.trim() !== part.text.trim())
    await api.editMessage(channelId, id, {...bodyOf(part), components: rows(part)}, signal)
  return id
}

const bodyOf = (part: Part): MessageBody => ({
  // What a model writes calls nobody: no @everyone, no names but that of the person who is answered.
  allowed_mentions: {parse: [], replied_user: true},
  ...(part.kind === 'text' ? {content: part.text} : {}),
  ...(part.buttons ? {components: rows(part)} : {}),
  ...(part.kind === 'voice'
    ? {attachments: [{id: '0', filename: voiceName, waveform: part.waveform, duration_secs: part.seconds}]}
    : {}),
})

const rows = ({buttons}: Part): object[] => (buttons ? componentsOf(buttons) : [])

const flagsOf = ({kind}: Part): number => (kind === 'voice' ? MessageFlags.IsVoiceMessage : 0)

const voiceName = 'voice-message.ogg'

const filesOf = (part: Part): OutgoingFile[] =>
  part.kind === 'voice' ? [{name: voiceName, contentType: 'audio/ogg', data: part.ogg ?? new Uint8Array()}] : []
