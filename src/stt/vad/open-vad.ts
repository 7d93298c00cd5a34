import {isEssenceError, messageOf} from '../../kit/errors.ts'
import {energyVad} from './energy-vad.ts'
import {openSilero, packagedSileroPath} from './silero.ts'
import type {VoiceActivityDetector} from './vad.ts'

/**
 * Opens the best detector there is: the given Silero VAD model; else the one that comes with the dependencies; else, where
 * ONNX Runtime does not run, one that goes by loudness and says so in its description.
 * @throws MODEL_MISSING, MODEL_INVALID (of a model that was named), CANCELLED
 */
export const openVad = async (
  options: {modelPath?: string | undefined; signal?: AbortSignal | undefined} = {},
): Promise<VoiceActivityDetector> => {
  const {modelPath, signal} = options
  if (modelPath !== undefined) return await openSilero(modelPath, signal)
  try {
    return await openSilero(packagedSileroPath(), signal)
  } catch (error) {
    if (isEssenceError(error) && error.code === 'CANCELLED') throw error
    return energyVad(messageOf(error))
  }
}
