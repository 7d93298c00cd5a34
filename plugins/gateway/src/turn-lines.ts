import {encodeToBytes} from '@essence/core/audio/encode/encode'
import type {TurnEvent} from '@essence/core/voice/events'

/** The message for an event of the turn; none for those the page does not show (thoughts). */
export const lineOf = async (event: TurnEvent): Promise<object | undefined> => {
  switch (event.type) {
    case 'thought':
      return undefined
    case 'transcript': {
      const {text, language, audioMs} = event.transcript
      return {type: 'transcript', text, language, audioMs, decodeMs: event.decodeMs, sttMs: event.sttMs}
    }
    case 'speech': {
      const {index, pcm, sampleRate} = event
      // WAV, because clips follow each other without a gap: MP3 and AAC pad both ends.
      if (pcm.length === 0) return undefined
      const clip = await encodeToBytes(one({pcm, sampleRate}), 'wav')
      return {
        type: 'speech',
        index,
        mime: 'audio/wav',
        durationMs: Math.round((pcm.length / sampleRate) * 1000),
        audio: Buffer.from(clip.buffer, clip.byteOffset, clip.byteLength).toString('base64'),
      }
    }
    default:
      return event
  }
}

async function* one<T>(item: T): AsyncGenerator<T> {
  yield item
}
