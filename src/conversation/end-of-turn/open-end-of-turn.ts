import {isEssenceError, messageOf} from '../../kit/errors.ts'
import type {EndOfTurnDetector} from './port.ts'
import {silenceAlone} from './silence.ts'
import {openSmartTurn, packagedSmartTurnPath} from './smart-turn.ts'

/**
 * Opens the best detector there is: Smart Turn, as it comes with Essence; where ONNX Runtime does not run, one that takes every
 * silence for an end and says so in its description.
 * @throws CANCELLED
 */
export const openEndOfTurn = async (signal?: AbortSignal): Promise<EndOfTurnDetector> => {
  try {
    return await openSmartTurn(packagedSmartTurnPath(), signal)
  } catch (error) {
    if (isEssenceError(error) && error.code === 'CANCELLED') throw error
    return silenceAlone(messageOf(error))
  }
}
