import {loadOnce} from '../../kit/load-once.ts'
import {serveThread, threadData} from '../../kit/process/thread.ts'
import {translatesWith} from '../ggml/whisper-file.ts'
import type {WhisperCalls, WhisperThreadData} from './calls.ts'
import {WhisperModel} from './model.ts'
import {WhisperTranscriber} from './transcribe.ts'

const {modelPath, threads} = threadData<WhisperThreadData>()

const warmUp = {language: 'en', prompt: '', translate: false, words: true, interim: true, fullContext: false}

// Also the first call of a thread that replaces one that ended.
const ready = loadOnce(async () => {
  const model = await WhisperModel.load(modelPath, threads)
  const transcriber = new WhisperTranscriber(model)
  await transcriber.transcribe(new Float32Array(16_000), warmUp, () => false)
  return {transcriber, contents: model.contents}
})

serveThread<WhisperCalls>({
  async load() {
    const {languages, windowMs, shape} = (await ready()).contents
    return {languages, windowMs, translates: translatesWith(languages, shape)}
  },
  async transcribe({audio, options}, {cancelled}) {
    return await (await ready()).transcriber.transcribe(audio, options, cancelled)
  },
})
