import {z} from 'zod'
import {audioMessage, optionsFields, soundLabel, speechMessage, textMessage} from '../client-message.ts'

/** What a client says in a frame of text. */
export const clientFrame = z.discriminatedUnion('type', [
  textMessage,
  audioMessage,
  speechMessage,
  z.object({type: z.literal('audio_start'), ...soundLabel, ...optionsFields}),
  z.object({type: z.literal('audio_chunk'), audio_data: z.string().nullish(), audio_b64: z.string().nullish()}),
  z.object({type: z.literal('audio_end')}),
  z.object({type: z.literal('auth'), token: z.string().min(1).max(4096)}),
  z.object({type: z.literal('cancel')}),
  z.object({type: z.literal('ping')}),
])
export type ClientFrame = z.infer<typeof clientFrame>
