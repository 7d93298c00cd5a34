// The worker thread of neural voices: ONNX Runtime computes on the thread that calls it. Relative imports only.
import {EssenceError, messageOf} from '../../kit/errors.ts'
import {loadOnce} from '../../kit/load-once.ts'
import {serveThread, threadData} from '../../kit/process/thread.ts'
import {type PlacedSession, placeSession} from '../../onnx/place.ts'
import {checkInputs} from '../../onnx/signature.ts'
import type {VoiceCalls, VoiceThreadData} from './calls.ts'

const {modelPath, what, device, threads, inputs} = threadData<VoiceThreadData>()

const open = async (): Promise<PlacedSession & {names: string[]}> => {
  const placed = await placeSession(modelPath, device, threads)
  return {...placed, names: checkInputs(placed.session, inputs, what)}
}

// Also the first call of a thread that replaces one that ended.
const model = loadOnce(open)

serveThread<VoiceCalls>({
  async load() {
    const {device, deviceReason, names} = await model()
    return {device, deviceReason, inputs: names}
  },
  async run(tensors) {
    const {ort, session} = await model()
    const feeds = Object.fromEntries(
      Object.entries(tensors).map(([name, {type, data, dims}]) => [name, new ort.Tensor(type, data, dims)]),
    )
    const outputs = await session.run(feeds).catch(cause => {
      throw new EssenceError('ENGINE_FAILED', `${what} failed: ${messageOf(cause)}`, {cause})
    })
    const sound = outputs[session.outputNames[0] ?? '']
    if (sound?.data instanceof Float32Array) return sound.data
    throw new EssenceError('ENGINE_FAILED', `${what} gave no sound in float32, but ${sound?.type ?? 'nothing'}.`)
  },
})
