import type {Settings} from '../config/schema.ts'
import {openEndOfTurn} from '../conversation/end-of-turn/open-end-of-turn.ts'
import type {EndOfTurnDetector} from '../conversation/end-of-turn/port.ts'
import type {VoiceActivityDetector} from '../stt/vad/vad.ts'
import {openVadOf} from './local-recognizer.ts'

/** What a live conversation listens with, beside the recogniser: for any number of conversations. */
export interface Listening {
  vad: VoiceActivityDetector
  endOfTurn: EndOfTurnDetector
  close(): Promise<void>
}

/** Opens the detectors of speech and of a turn's end in this process. @throws what `openVad` throws, MODEL_MISSING, CANCELLED */
export const openListening = async (settings: Settings, signal?: AbortSignal): Promise<Listening> => {
  const vad = await openVadOf(settings, signal)
  try {
    const endOfTurn = await openEndOfTurn(signal)
    const close = async (): Promise<void> => {
      await Promise.all([vad.close(), endOfTurn.close()])
    }
    return {vad, endOfTurn, close}
  } catch (error) {
    await vad.close()
    throw error
  }
}
