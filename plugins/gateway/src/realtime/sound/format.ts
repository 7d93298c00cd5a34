import {aLaw, muLaw} from '@essence/core/audio/g711'
import {fromPcm16, toPcm16} from '@essence/core/audio/pcm'
import {z} from 'zod'

/** How sound is written on the wire. */
export const soundFormat = z.discriminatedUnion(
  'type',
  [
    z
      .strictObject({type: z.literal('audio/pcm'), rate: z.literal(24_000, '24000 was expected').optional()})
      .transform(({type}) => ({type, rate: 24_000})),
    z.strictObject({type: z.literal('audio/pcmu')}),
    z.strictObject({type: z.literal('audio/pcma')}),
  ],
  'audio/pcm, audio/pcmu or audio/pcma was expected',
)
export type SoundFormat = z.infer<typeof soundFormat>

/** Hz */
export const rateOf = ({type}: SoundFormat): number => (type === 'audio/pcm' ? 24_000 : 8000)

export const bytesPerSample = ({type}: SoundFormat): number => (type === 'audio/pcm' ? 2 : 1)

/** @param bytes whole samples @returns mono samples −1..1 */
export const decodeSound = (bytes: Uint8Array, {type}: SoundFormat): Float32Array =>
  type === 'audio/pcm' ? fromPcm16(bytes) : (type === 'audio/pcmu' ? muLaw : aLaw).decode(bytes)

/** @param pcm mono samples −1..1, at the format's rate */
export const encodeSound = (pcm: Float32Array, {type}: SoundFormat): Buffer =>
  type === 'audio/pcm' ? toPcm16(pcm) : (type === 'audio/pcmu' ? muLaw : aLaw).encode(pcm)
