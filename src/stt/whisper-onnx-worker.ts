import {EssenceError} from '../kit/errors.ts'
import {serveThread, threadData} from '../kit/thread.ts'
import {translatesWith} from './whisper-cpp.ts'
import type {WhisperCalls, WhisperThreadData} from './whisper-onnx-calls.ts'
import {WhisperEar} from './whisper-onnx-hear.ts'
import {WhisperModel} from './whisper-onnx-model.ts'

const {modelPath, threads} = threadData<WhisperThreadData>()
let model: WhisperModel | undefined
let ear: WhisperEar | undefined

const warmUp = {language: 'en', prompt: '', translate: false, words: true, interim: true, fullContext: false}

serveThread<WhisperCalls>({
  async load(_, {cancelled}) {
    model = await WhisperModel.load(modelPath, threads)
    ear = new WhisperEar(model)
    await ear.hear(new Float32Array(16_000), warmUp, cancelled)
    const {languages, windowMs, shape} = model.contents
    return {languages, windowMs, translates: translatesWith(languages, shape)}
  },
  async hear({audio, options}, {cancelled}) {
    if (!ear) throw new EssenceError('BUG', 'Nothing is heard before the model is loaded.')
    return await ear.hear(audio, options, cancelled)
  },
  async release() {
    await model?.close()
    return undefined
  },
})
