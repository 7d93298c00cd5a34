import {loadOnce} from '../../kit/load-once.ts'
import {serveThread, threadData} from '../../kit/process/thread.ts'
import {translatesWith} from '../ggml/whisper-file.ts'
import type {WhisperCalls, WhisperThreadData} from './calls.ts'
import {WhisperModel} from './model.ts'
import {WhisperEar} from './transcribe.ts'

const {modelPath, threads} = threadData<WhisperThreadData>()

const warmUp = {language: 'en', prompt: '', translate: false, words: true, interim: true, fullContext: false}

// Also the first call of a thread that replaces one that ended.
const ready = loadOnce(async () => {
  const model = await WhisperModel.load(modelPath, threads)
  const ear = new WhisperEar(model)
  await ear.hear(new Float32Array(16_000), warmUp, () => false)
  return {ear, contents: model.contents}
})

serveThread<WhisperCalls>({
  async load() {
    const {languages, windowMs, shape} = (await ready()).contents
    return {languages, windowMs, translates: translatesWith(languages, shape)}
  },
  async hear({audio, options}, {cancelled}) {
    return await (await ready()).ear.hear(audio, options, cancelled)
  },
})
