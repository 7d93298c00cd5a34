// The worker thread of Silero VAD. Relative imports only.
import {access} from 'node:fs/promises'
import type {InferenceSession, Tensor} from 'onnxruntime-node'
import {EssenceError, messageOf} from '../../kit/errors.ts'
import {loadOnce} from '../../kit/load-once.ts'
import {serveThread, threadData} from '../../kit/process/thread.ts'
import {loadOrt, type Ort} from '../../onnx/session.ts'
import {frameSamples} from './vad.ts'

/** What the model remembers of a sound. */
export interface SileroState {
  /** [2, 1, 128]. */
  memory: Float32Array
  /** The samples before the next frame. */
  context: Float32Array
}

export type SileroCalls = {
  load: {input: undefined; output: undefined}
  /** Whole frames of 512 samples → the probability of speech of each. */
  judge: {
    input: {audio: Float32Array; state: SileroState | undefined}
    output: {probabilities: Float32Array; state: SileroState}
  }
}

/** Samples of the frame before that the model wants before each frame (silero-vad, utils_vad.py, `OnnxWrapper`). */
const contextSamples = 64
const memoryShape = [2, 1, 128]

const modelPath = threadData<string>()

const open = async (): Promise<{ort: Ort; session: InferenceSession}> => {
  await access(modelPath).catch(cause => {
    throw new EssenceError('MODEL_MISSING', `There is no VAD model at ${modelPath}.`, {cause})
  })
  const ort = await loadOrt()
  // One thread: a frame is too little work to share.
  const options = {intraOpNumThreads: 1, interOpNumThreads: 1, executionMode: 'sequential'} as const
  const session = await ort.InferenceSession.create(modelPath, options).catch(cause => {
    throw new EssenceError('MODEL_INVALID', `${modelPath} is no ONNX model: ${messageOf(cause)}`, {cause})
  })
  const {inputNames} = session
  if (['input', 'state', 'sr'].every(name => inputNames.includes(name))) return {ort, session}
  const found = inputNames.includes('h') ? 'version 4 or older' : `a model that takes ${inputNames.join(', ')}`
  throw new EssenceError('MODEL_INVALID', `${modelPath} is ${found}; expected Silero VAD 5 or 6 (input, state, sr).`)
}

const model = loadOnce(open)

const judge = async (audio: Float32Array, state?: SileroState): Promise<SileroCalls['judge']['output']> => {
  const {ort, session} = await model()
  const sr = new ort.Tensor('int64', BigInt64Array.of(16_000n), [])
  const frame = new Float32Array(contextSamples + frameSamples)
  const input = new ort.Tensor('float32', frame, [1, frame.length])
  frame.set(state?.context ?? new Float32Array(contextSamples), frameSamples)
  let memory = state?.memory ?? new Float32Array(2 * 128)
  const probabilities = new Float32Array(audio.length / frameSamples)
  for (let i = 0; i < probabilities.length; i++) {
    frame.copyWithin(0, frameSamples)
    frame.set(audio.subarray(i * frameSamples, (i + 1) * frameSamples), contextSamples)
    const result = await session.run({input, sr, state: new ort.Tensor('float32', memory, memoryShape)})
    memory = numbers(result['stateN'])
    probabilities[i] = numbers(result['output'])[0] ?? 0
  }
  return {probabilities, state: {memory: memory.slice(), context: frame.slice(frameSamples)}}
}

const numbers = (tensor: Tensor | undefined): Float32Array =>
  tensor?.data instanceof Float32Array ? tensor.data : new Float32Array()

serveThread<SileroCalls>({
  async load() {
    // Warm, and proof that it takes frames of this size.
    await judge(new Float32Array(frameSamples)).catch(error => {
      if (error instanceof EssenceError) throw error
      throw new EssenceError('MODEL_INVALID', `${modelPath} does not run: ${messageOf(error)}`, {cause: error})
    })
    return undefined
  },
  judge: ({audio, state}) => judge(audio, state),
})
