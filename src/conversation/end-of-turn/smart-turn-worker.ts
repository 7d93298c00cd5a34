// The worker thread of Smart Turn. Relative imports only.
import {access} from 'node:fs/promises'
import type {InferenceSession} from 'onnxruntime-node'
import {EssenceError, messageOf} from '../../kit/errors.ts'
import {loadOnce} from '../../kit/load-once.ts'
import {serveThread, threadData} from '../../kit/process/thread.ts'
import {OnnxGraph} from '../../onnx/graph.ts'
import {framed, logMel, slaneyFilters} from '../../onnx/log-mel.ts'
import {loadOrt, type Ort} from '../../onnx/session.ts'
import {heardSamples, normalized} from './smart-turn-input.ts'

export type SmartTurnCalls = {
  load: {input: undefined; output: undefined}
  /** At most `heardSamples` samples → the probability that the turn is over. */
  judge: {input: Float32Array; output: number}
}

const bands = 80
const frames = heardSamples / 160

const modelPath = threadData<string>()

const melGraph = (): Uint8Array => {
  const graph = new OnnxGraph('mel')
  const samples = graph.input('samples', 'float32', [1, 1, 'samples'])
  graph.output(logMel(graph, samples, slaneyFilters(bands), bands), 'mel', 'float32', [1, bands, frames])
  return graph.finish()
}

/**
 * The weights stay as they are, in 8 bits; what is computed with them is not rounded to 8 bits at each step as well. Rounded, the answer jumps
 * by a tenth with noise of a millionth, and tells pauses from ends less well; it would take 0.6 times as long (docs/decisions/live-conversation.md).
 */
const unrounded = {session: {disable_quant_qdq: '1', enable_quant_qdq_cleanup: '1'}}

const open = async (): Promise<{ort: Ort; mel: InferenceSession; model: InferenceSession}> => {
  await access(modelPath).catch(cause => {
    throw new EssenceError('MODEL_MISSING', `There is no end-of-turn model at ${modelPath}.`, {cause})
  })
  const ort = await loadOrt()
  // One thread: another would wake for 20 ms of work, and beside it recognition and speech compute already.
  const options = {intraOpNumThreads: 1, interOpNumThreads: 1, executionMode: 'sequential'} as const
  const model = await ort.InferenceSession.create(modelPath, {...options, extra: unrounded}).catch(cause => {
    throw new EssenceError('MODEL_INVALID', `${modelPath} is no ONNX model: ${messageOf(cause)}`, {cause})
  })
  if (!model.inputNames.includes('input_features') || !model.outputNames.includes('logits')) {
    const found = `takes ${model.inputNames.join(', ')} and gives ${model.outputNames.join(', ')}`
    throw new EssenceError(
      'MODEL_INVALID',
      `${modelPath} ${found}; expected Smart Turn 3 (input_features, logits), an end-of-turn model.`,
    )
  }
  return {ort, mel: await ort.InferenceSession.create(melGraph(), options), model}
}

const opened = loadOnce(open)

const judge = async (audio: Float32Array): Promise<number> => {
  const {ort, mel, model} = await opened()
  const samples = framed(normalized(audio), frames)
  const {mel: features} = await mel.run({samples: new ort.Tensor('float32', samples, [1, 1, samples.length])})
  if (!features) throw new EssenceError('ENGINE_FAILED', 'The mel spectrogram gave nothing.')
  const {logits} = await model.run({input_features: features})
  // Named by its makers; it is a probability.
  const [probability] = (logits?.data ?? []) as Float32Array
  return probability ?? 0
}

serveThread<SmartTurnCalls>({
  async load() {
    // Warm, and proof that it takes features of this shape.
    await judge(new Float32Array(heardSamples)).catch(error => {
      if (error instanceof EssenceError) throw error
      throw new EssenceError('MODEL_INVALID', `${modelPath} does not run: ${messageOf(error)}`, {cause: error})
    })
    return undefined
  },
  judge,
})
