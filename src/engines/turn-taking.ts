import type {Settings} from '../config/schema.ts'
import {openEndOfTurn} from '../conversation/end-of-turn/open-end-of-turn.ts'
import type {EndOfTurnDetector} from '../conversation/end-of-turn/port.ts'
import type {VoiceActivityDetector} from '../stt/vad/vad.ts'
import {openVadOf} from './local-recognizer.ts'

/** What tells a live conversation when somebody speaks, and when they are done. */
export interface TurnTakingEngines {
  vad: VoiceActivityDetector
  endOfTurn: EndOfTurnDetector
  close(): Promise<void>
}

/** Opens both, in this process. @throws what `openVad` and `openEndOfTurn` throw, MODEL_MISSING */
export const openTurnTaking = async (settings: Settings, signal?: AbortSignal): Promise<TurnTakingEngines> => {
  const vad = await openVadOf(settings, signal)
  try {
    const endOfTurn = await openEndOfTurn(signal)
    return {vad, endOfTurn, close: async () => void (await Promise.all([vad.close(), endOfTurn.close()]))}
  } catch (error) {
    await vad.close()
    throw error
  }
}
