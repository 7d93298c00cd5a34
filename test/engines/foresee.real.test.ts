// What is told of engines that are not opened holds once they are.
import {writeFileSync} from 'node:fs'
import {join, relative} from 'node:path'
import type {EngineInfo} from '@essence/core/compute/engine-info'
import {readConfig} from '@essence/core/config/read'
import type {Settings} from '@essence/core/config/schema'
import {openAssistant} from '@essence/core/engines/assistant'
import {type Foreseen, foreseeAssistant, foreseeRecognizer, foreseeSynthesizer} from '@essence/core/engines/foresee'
import {openRecognizer} from '@essence/core/engines/recognizer'
import {openSynthesizer} from '@essence/core/engines/synthesizer'
import {expect, it} from 'vitest'
import {tinyGguf} from '../llm/llama/tiny-gguf.ts'
import {tinyWhisper} from '../stt/ggml/tiny-ggml.ts'
import {tinyParakeet} from '../stt/whisper-cpp/tiny-parakeet.ts'
import {temporaryFolder} from '../temporary-folder.ts'
import {writeJets, writeKokoro, writePiper} from '../tts/onnx/tiny-voices.ts'

const folder = temporaryFolder()
const places = {ENV_SH: '/dev/null', JUNE_DATA_DIR: join(folder, 'data'), MODEL_CACHE_DIR: join(folder, 'models')}
const single = {STT_THREADS: '1', LLM_THREADS: '1', STT_DEVICE: 'cpu', MODEL_DEVICE: 'cpu', TTS_DEVICE: 'cpu'}

const file = (name: string, content: Buffer): string => {
  const path = join(folder, name)
  writeFileSync(path, content)
  return path
}

interface Row {
  foresee: (settings: Settings) => Promise<Foreseen>
  open: (settings: Settings) => Promise<{info: EngineInfo; close(): Promise<void>}>
}
const stt: Row = {foresee: foreseeRecognizer, open: openRecognizer}
const llm: Row = {foresee: foreseeAssistant, open: openAssistant}
const tts: Row = {foresee: foreseeSynthesizer, open: openSynthesizer}

const whisper = file('ggml-tiny.bin', tinyWhisper({says: [0, ' hello', 500]}))
const parakeet = file('ggml-parakeet.bin', tinyParakeet({says: ['▁hello']}))
const gguf = file('tiny.gguf', tinyGguf())

it.each<[string, Row, () => Promise<NodeJS.ProcessEnv>, runs: string]>([
  ['the test recogniser', stt, async () => ({}), 'june-nano'],
  ['Whisper', stt, async () => ({STT_MODEL: whisper}), 'ggml-tiny.bin, by whisper or whisper.cpp'],
  ['whisper.cpp', stt, async () => ({STT_MODEL: whisper, STT_ENGINE: 'whisper.cpp'}), 'ggml-tiny.bin, by whisper.cpp'],
  ['Parakeet', stt, async () => ({STT_MODEL: parakeet}), 'ggml-parakeet.bin, by parakeet'],
  ['the demo mind', llm, async () => ({}), 'the demo mind'],
  ['a language model', llm, async () => ({MODEL_NAME: gguf}), 'tiny.gguf, by llama.cpp'],
  ['espeak-ng', tts, async () => ({}), 'espeak-ng'],
  ['Piper', tts, async () => ({TTS_MODEL: await writePiper('tones')}), ', by piper'],
  ['Kokoro', tts, async () => ({TTS_MODEL: await writeKokoro('tones'), TTS_ENGINE: 'kokoro'}), ', by kokoro'],
  ['JETS', tts, async () => ({TTS_MODEL: await writeJets('tones')}), ', by jets'],
])('%s', async (_, {foresee, open}, env, runs) => {
  const {settings} = await readConfig({env: {...places, ...single, ...(await env())}})
  const foreseen = await foresee(settings)
  expect(foreseen.runs).toContain(runs)
  const engine = await open(settings)
  await engine.close()
  const {engine: name, model, modelPath} = engine.info
  expect([name, model].some(word => foreseen.runs.includes(word))).toBe(true)
  // Which file the test recogniser is unpacked to is nobody's concern.
  if (model !== 'june-nano') expect(foreseen.modelPath).toBe(modelPath)
})

it('an engine that does not load the model is refused as at the start', async () => {
  const {settings} = await readConfig({env: {...places, STT_MODEL: parakeet, STT_ENGINE: 'whisper'}})
  const refusal = await openRecognizer(settings).catch(error => error)
  expect(refusal).toMatchObject({code: 'CONFIG_INVALID'})
  await expect(foreseeRecognizer(settings)).rejects.toThrow(refusal.message)
})

it('a path from the working directory is told in full', async () => {
  const {settings} = await readConfig({env: {...places, STT_MODEL: `./${relative(process.cwd(), whisper)}`}})
  expect(await foreseeRecognizer(settings)).toMatchObject({modelPath: whisper})
})

it('a model elsewhere is told by its address', async () => {
  const {settings} = await readConfig({env: {...places, LLM_URL: 'http://127.0.0.1:1/v1'}})
  expect(await foreseeAssistant(settings)).toEqual({runs: 'the model of the server at http://127.0.0.1:1/v1'})
})
