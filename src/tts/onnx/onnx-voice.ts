import {auto, type Device} from '../../compute/device.ts'
import {defaultThreads} from '../../compute/threads.ts'
import {EssenceError, isEssenceError, throwIfCancelled} from '../../kit/errors.ts'
import {restartingThread} from '../../kit/process/restarting-thread.ts'
import type {ExpectedInput} from '../../onnx/signature.ts'
import type {LoadedVoice, VoiceCalls, VoiceTensors, VoiceThreadData} from './calls.ts'

export interface OnnxVoiceOptions {
  modelPath: string
  /** Default `auto`. */
  device?: Device | undefined
  /** CPU threads. Default: one core is left to others, and no more than 8. */
  threads?: number | undefined
  /** Aborting ends the start. */
  signal?: AbortSignal | undefined
}

/** A loaded model that gives sound. */
export interface OnnxVoice extends LoadedVoice {
  /**
   * One run. A cancelled one goes on in its thread until it is done, and is thrown away.
   * @returns samples, mono
   * @throws CANCELLED, ENGINE_FAILED (the run, or its thread; the next call finds another one), ENGINE_UNAVAILABLE (closed)
   */
  run(tensors: VoiceTensors, signal?: AbortSignal): Promise<Float32Array>
  close(): Promise<void>
}

/**
 * Loads a voice's model in a thread of its own, and runs it once: warm, and proof that it takes what it is given.
 * @param what what errors call it: `The Piper voice /path/x.onnx`
 * @param warmUp the tensors of the first run, of the inputs the model takes
 * @throws MODEL_MISSING, MODEL_INVALID, ENGINE_UNAVAILABLE, CANCELLED
 */
export const openOnnxVoice = async (
  {modelPath, device = auto, threads = defaultThreads(), signal}: OnnxVoiceOptions,
  what: string,
  inputs: readonly ExpectedInput[],
  warmUp: (names: readonly string[]) => VoiceTensors,
): Promise<OnnxVoice> => {
  const data: VoiceThreadData = {modelPath, what, device, threads, inputs}
  const thread = restartingThread<VoiceCalls>('./worker', import.meta.url, {name: what, data})
  try {
    throwIfCancelled(signal)
    const loaded = await thread.call('load', undefined, {signal})
    await thread.call('run', warmUp(loaded.inputs), {signal}).catch(error => {
      if (!isEssenceError(error) || error.code !== 'ENGINE_FAILED') throw error
      throw new EssenceError('MODEL_INVALID', error.message, {
        cause: error,
        suggestions: ['What lies beside the model may be of another voice: keep the files of a voice together.'],
      })
    })
    return {
      ...loaded,
      run: (tensors, stop) => thread.call('run', tensors, {signal: stop}),
      close: () => thread.close(),
    }
  } catch (error) {
    await thread.close()
    throw error
  }
}

/** Numbers of tokens as a tensor. */
export const tokenTensor = (tokens: readonly number[], dims: number[]): VoiceTensors[string] => ({
  type: 'int64',
  data: BigInt64Array.from(tokens, BigInt),
  dims,
})

export const floatTensor = (values: ArrayLike<number>, dims: number[]): VoiceTensors[string] => ({
  type: 'float32',
  data: Float32Array.from(values),
  dims,
})
