import {wavHeader} from '@essence/core/audio/encode/wav'
import {toPcm16} from '@essence/core/audio/pcm'
import type {PcmChunk} from '@essence/core/tts/port'

interface Written {
  text: string
  content: string
}

/** A WAV file, mono, in base64; `duration` in seconds, `sample_rate` in Hz. */
interface Sound {
  audio_data: string
  audio_b64: string
  sample_rate: number
  duration: number
}

/** What a client of the seed is told; `text` and `content`, `audio_data` and `audio_b64` are the same under both names it knows. */
export type ServerMessage = {timestamp: string; conversation_id?: string} & (
  | ({type: 'transcription'; confidence: number | null; language: string} & Written)
  | ({type: 'response' | 'delta'} & Written)
  | ({type: 'audio_response'; audio_url: string; format: 'wav'; index?: number; lead_in?: true} & Sound &
      Partial<Written>)
  | {type: 'status'; status: string; before?: number; user_id?: string | undefined}
  | {type: 'error'; code: string; message: string; suggestions: string[]}
  | {type: 'pong'}
)

export const stamped = <T extends {type: ServerMessage['type']}>(message: T): T & {timestamp: string} => ({
  ...message,
  timestamp: new Date().toISOString(),
})

export const written = (text: string): Written => ({text, content: text})

/** Longest speech that is sent as one piece, in ms: it stands in memory several times. */
export const maxSpeechMs = 600_000

/** Speech that is put together: 16-bit samples, which take half the memory. */
export class Speech {
  readonly #parts: Buffer[] = []
  #samples = 0
  /** Hz; 0 as long as nothing is spoken. */
  sampleRate = 0

  /** @returns false where it would get too long */
  push({pcm, sampleRate}: PcmChunk): boolean {
    if (this.ms + (pcm.length / sampleRate) * 1000 > maxSpeechMs) return false
    this.#parts.push(toPcm16(pcm))
    this.#samples += pcm.length
    this.sampleRate = sampleRate
    return true
  }

  get ms(): number {
    return this.#samples === 0 ? 0 : (this.#samples / this.sampleRate) * 1000
  }

  get isSilent(): boolean {
    return this.#samples === 0
  }

  #wav(): string {
    const bytes = this.#samples * 2
    return Buffer.concat([wavHeader(this.sampleRate, bytes), ...this.#parts]).toString('base64')
  }

  fields(): Sound {
    const audio = this.#wav()
    const duration = Math.round(this.ms) / 1000
    return {audio_data: audio, audio_b64: audio, sample_rate: this.sampleRate, duration}
  }
}

/** The seed's clients play `audio_url`: as a data URL they can from any page, and nothing is kept for them here. */
export const audioMessageOf = (
  speech: Speech,
  more: {index?: number; lead_in?: true} & Partial<Written> = {},
): ServerMessage => {
  const fields = speech.fields()
  const audio_url = `data:audio/wav;base64,${fields.audio_data}`
  return stamped({type: 'audio_response', audio_url, ...fields, format: 'wav', ...more})
}

/** An answer as a whole, of the messages it was told in. */
export interface WholeAnswer {
  transcription?: Extract<ServerMessage, {type: 'transcription'}>
  response?: Extract<ServerMessage, {type: 'response' | 'delta'}>
  audio_response?: Extract<ServerMessage, {type: 'audio_response'}>
}

export const collected = async (messages: AsyncIterable<ServerMessage>): Promise<WholeAnswer> => {
  const whole: WholeAnswer = {}
  for await (const message of messages) Object.assign(whole, {[message.type]: message})
  return whole
}
