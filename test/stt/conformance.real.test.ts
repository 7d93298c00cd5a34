import {writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {asJuneNano, juneNanoPath} from '@essence/core/stt/june-nano'
import {mockSpeechToText} from '@essence/core/stt/mock'
import {speechToText} from '@essence/core/stt/recognizer'
import {openVad} from '@essence/core/stt/vad/open-vad'
import {openWhisperCpp} from '@essence/core/stt/whisper-cpp/whisper-cpp'
import {openWhisperOnnx} from '@essence/core/stt/whisper-onnx/whisper-onnx'
import {beforeAll} from 'vitest'
import {temporaryFolder} from '../temporary-folder.ts'
import {bursts} from './bursts.ts'
import {speechToTextConformance} from './conformance.ts'
import {tinyWhisper} from './ggml/tiny-ggml.ts'
import {paragraph, repeated, spoken} from './spoken.ts'

const folder = temporaryFolder()
const tiny = join(folder, 'ggml-tiny.bin')
writeFileSync(tiny, tinyWhisper({says: [0, ' hello', 400, 400, ' world', 800]}))
const cpu = {device: {backend: 'cpu'}, threads: 1} as const

let speech: Float32Array = new Float32Array()
beforeAll(async () => {
  speech = (await spoken([paragraph]))[0] ?? speech
})
const said = (seconds: number): Float32Array => repeated(speech, seconds)

speechToTextConformance('The mock', async () => mockSpeechToText(), bursts)
speechToTextConformance(
  'whisper.cpp with a tiny model',
  async () => speechToText(await openWhisperCpp({...cpu, modelPath: tiny})),
  bursts,
)
speechToTextConformance(
  'whisper.cpp with june-nano',
  async () => {
    const modelPath = await juneNanoPath(folder)
    return speechToText(asJuneNano(await openWhisperCpp({...cpu, modelPath})), {vad: await openVad()})
  },
  said,
  {alike: 0.8},
)
speechToTextConformance(
  'ONNX Runtime with june-nano',
  async () => {
    const modelPath = await juneNanoPath(folder)
    return speechToText(asJuneNano(await openWhisperOnnx({threads: 1, modelPath})), {vad: await openVad()})
  },
  said,
  {alike: 0.8},
)
