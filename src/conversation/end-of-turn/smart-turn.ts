import {basename} from 'node:path'
import {fileURLToPath} from 'node:url'
import {restartingThread} from '../../kit/process/restarting-thread.ts'
import type {EndOfTurnDetector} from './port.ts'
import {heardSamples} from './smart-turn-input.ts'
import type {SmartTurnCalls} from './smart-turn-worker.ts'

/** Where the model that comes with Essence lies: Smart Turn 3.2 of Daily, BSD-2-Clause, unchanged. */
export const packagedSmartTurnPath = (): string =>
  // From the package's root, because this file runs from src/ and, built, from src/dist/.
  fileURLToPath(
    new URL('conversation/data/smart-turn-v3.2-cpu.onnx', import.meta.resolve('@essence/core/package.json')),
  )

/**
 * Opens Smart Turn 3 (ONNX), which hears from sound alone whether a turn is over, in a thread of its own; warm when this resolves.
 * @throws MODEL_MISSING, MODEL_INVALID, ENGINE_UNAVAILABLE, CANCELLED
 */
export const openSmartTurn = async (modelPath: string, signal?: AbortSignal): Promise<EndOfTurnDetector> => {
  const thread = restartingThread<SmartTurnCalls>('./smart-turn-worker', import.meta.url, {
    name: 'Smart Turn',
    data: modelPath,
  })
  try {
    await thread.call('load', undefined, {signal})
  } catch (error) {
    await thread.close()
    throw error
  }
  return {
    description: `Smart Turn (${basename(modelPath)})`,
    endOfTurn(audio, stop) {
      const heard = audio.slice(-heardSamples)
      return thread.call('judge', heard, {signal: stop, transfer: [heard.buffer]})
    },
    close: () => thread.close(),
  }
}
