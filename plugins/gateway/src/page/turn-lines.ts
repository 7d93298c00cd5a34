import {encodeToBytes} from '@essence/core/audio/encode/encode'
import {decisionLabels} from '@essence/core/channel/decision-labels'
import type {PcmChunk} from '@essence/core/tts/port'
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
      const clip = await clipOf(event)
      return clip && {type: 'speech', index: event.index, ...clip}
    }
    case 'leadIn': {
      const clip = await clipOf(event)
      return clip && {type: 'leadIn', text: event.text, ...clip}
    }
    case 'done': {
      const {model: _, confirmation, ...done} = event
      return confirmation ? {...done, confirmation: {...confirmation, ...decisionLabels(confirmation.question)}} : done
    }
    default:
      return event
  }
}

/** A playable file: WAV, because clips follow each other without a gap; MP3 and AAC pad both ends. */
const clipOf = async ({pcm, sampleRate}: PcmChunk): Promise<object | undefined> => {
  if (pcm.length === 0) return undefined
  const clip = await encodeToBytes(one({pcm, sampleRate}), 'wav')
  return {
    mime: 'audio/wav',
    durationMs: Math.round((pcm.length / sampleRate) * 1000),
    audio: Buffer.from(clip.buffer, clip.byteOffset, clip.byteLength).toString('base64'),
  }
}

async function* one<T>(item: T): AsyncGenerator<T> {
  yield item
}
