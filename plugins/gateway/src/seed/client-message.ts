import {checkedEncoding} from '@essence/core/audio/decode/encoding'
import {wavHeader} from '@essence/core/audio/encode/wav'
import {EssenceError} from '@essence/core/kit/errors'
import {z} from 'zod'
import {languageTag, maxText, sessionName, voiceName} from '../page/turn-request.ts'

/** Characters of a text that is spoken as it stands. */
export const maxSpokenText = 50_000

/** What a message may say of its answer. */
export const optionsFields = {
  conversation_id: sessionName.nullish(),
  language: languageTag.nullish(),
  voice_id: voiceName.nullish(),
  /** Speak the answer. Default: where the message is spoken. */
  speak: z.boolean().optional(),
  /** Over a WebSocket: pieces of the answer as they come, and how far it is. */
  stream: z.boolean().optional(),
}

/** What sound is, where it does not say so itself. */
export const soundLabel = {
  encoding: z.string().max(100).nullish(),
  /** Hz of raw PCM. */
  sample_rate: z.int().min(1000).max(384_000).nullish(),
}

/** The documentation of the seed says `content` where its code says `text`: either. */
const written = (maxLength: number) => ({
  text: z.string().max(maxLength).nullish(),
  content: z.string().max(maxLength).nullish(),
})

export const textMessage = z.object({type: z.literal('text'), ...written(maxText), ...optionsFields})
export const audioMessage = z.object({
  type: z.literal('audio'),
  audio_data: z.string().nullish(),
  audio_b64: z.string().nullish(),
  ...soundLabel,
  ...optionsFields,
})
export const speechMessage = z.object({type: z.literal('tts_request'), ...written(maxSpokenText), ...optionsFields})

/** A message without a type is a text. */
export const typed = (message: unknown): unknown =>
  typeof message === 'object' && message !== null && !Array.isArray(message) && !('type' in message)
    ? {type: 'text', ...message}
    : message

/** What a client of the seed says, over REST or in a frame. */
export const clientMessage = z.preprocess(
  typed,
  z.discriminatedUnion('type', [textMessage, audioMessage, speechMessage]),
)

type Said = z.infer<typeof clientMessage>

/** The same, read. */
export type Asked = {
  language?: string | undefined
  voice?: string | undefined
  conversation?: string | undefined
  speak?: boolean | undefined
  stream?: boolean | undefined
} & ({type: 'text'; text: string} | {type: 'audio'; audio: Uint8Array} | {type: 'tts_request'; text: string})

/** @throws USAGE, AUDIO_EMPTY */
export const readMessage = (said: Said): Asked => {
  const options = optionsOf(said)
  if (said.type === 'audio') return {type: 'audio', audio: soundOf(decoded(said), said), ...options}
  const text = (said.text ?? said.content ?? '').trim()
  if (text === '') {
    throw new EssenceError('USAGE', 'The message has no text.', {suggestions: ['Send {"type": "text", "text": "…"}.']})
  }
  return {type: said.type, text, ...options}
}

export const optionsOf = (said: Pick<z.infer<typeof textMessage>, keyof typeof optionsFields>) => ({
  language: said.language ?? undefined,
  voice: said.voice_id === 'default' ? undefined : (said.voice_id ?? undefined),
  conversation: said.conversation_id ?? undefined,
  speak: said.speak,
  stream: said.stream,
})

const decoded = ({audio_data, audio_b64}: z.infer<typeof audioMessage>): Uint8Array => {
  // Also as a data URL.
  const text = (audio_data ?? audio_b64 ?? '').replace(/^data:[^,]{0,200},/, '')
  const bytes = Buffer.from(text, 'base64')
  if (text !== '' && bytes.length === 0) throw new EssenceError('USAGE', 'The audio is not written in base64.')
  if (bytes.length === 0) throw new EssenceError('AUDIO_EMPTY', 'The message has no audio.')
  return bytes
}

/**
 * Sound as a file that says what it is: raw PCM gets a header.
 * @throws USAGE for a label that is not true
 */
export const soundOf = (bytes: Uint8Array, {encoding, sample_rate}: SoundLabel): Uint8Array => {
  if (!encoding && !sample_rate) return bytes
  if (checkedEncoding(encoding ?? '', bytes) !== 'pcm') return bytes
  return Buffer.concat([wavHeader(sample_rate ?? 16_000, bytes.length), bytes])
}

export interface SoundLabel {
  encoding?: string | null | undefined
  sample_rate?: number | null | undefined
}
