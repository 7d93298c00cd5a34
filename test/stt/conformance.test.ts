import {mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {openJuneNano} from '@essence/core/stt/june-nano'
import {mockSpeechToText} from '@essence/core/stt/mock'
import {openWhisper} from '@essence/core/stt/whisper'
import {afterAll, beforeAll} from 'vitest'
import {bursts} from './bursts.ts'
import {speechToTextConformance} from './conformance.ts'
import {paragraph, repeated, spoken} from './spoken.ts'
import {tinyWhisper} from './tiny-ggml.ts'

const folder = mkdtempSync(join(tmpdir(), 'essence-stt-'))
const modelPath = join(folder, 'ggml-tiny.bin')
writeFileSync(modelPath, tinyWhisper({says: [0, ' hello', 400, 400, ' world', 800]}))

let speech: Float32Array = new Float32Array()
beforeAll(async () => {
  speech = (await spoken([paragraph]))[0] ?? speech
})
afterAll(() => rmSync(folder, {recursive: true}))

speechToTextConformance('The mock', async () => mockSpeechToText(), bursts)
speechToTextConformance(
  'whisper.cpp with a tiny model',
  () => openWhisper({modelPath, device: 'cpu', threads: 1}),
  bursts,
)
speechToTextConformance(
  'whisper.cpp with june-nano',
  () => openJuneNano({cacheDir: folder, device: 'cpu', threads: 1}),
  seconds => repeated(speech, seconds),
)
