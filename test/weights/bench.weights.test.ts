// The benchmark on published weights: every figure is there, and the rate of the language model is that of an independent count.
import {runBenchmark} from '@essence/core/benchmark/bench'
import {readConfig} from '@essence/core/config/read'
import {openLlama} from '@essence/core/llm/llama/llama'
import {expect, it} from 'vitest'
import {commandFolder} from '../commands/command-folder.ts'
import {piper, smolLM2, whisper} from './published.ts'

const missing = whisper['tiny.en'].missing || smolLM2.missing || piper.missing

/** Tokens a second from the time that 64 tokens take more than 1: a rate without any text being counted. */
const independentRate = async (): Promise<number> => {
  const llm = await openLlama({modelPath: smolLM2.path, threads: 1, device: {backend: 'cpu'}, contextTokens: 1024})
  const seconds = async (maxTokens: number): Promise<number> => {
    const began = performance.now()
    const request = {role: 'user' as const, content: 'Tell me a long story about the sea.'}
    for await (const _ of llm.chat([request], {temperature: 0, maxTokens, conversation: 'same'}));
    return (performance.now() - began) / 1000
  }
  try {
    await seconds(1)
    const one = await seconds(1)
    return 63 / ((await seconds(64)) - one)
  } finally {
    await llm.close()
  }
}

it.skipIf(missing)(`has every figure of real models${missing}`, {timeout: 300_000}, async () => {
  const models = {STT_MODEL: whisper['tiny.en'].path, MODEL_NAME: smolLM2.path, TTS_MODEL: piper.path}
  const env = {...commandFolder().env, ...models, LLM_THREADS: '1', MODEL_DEVICE: 'cpu', TTS_DEVICE: 'cpu'}
  const {settings} = await readConfig({env})
  const {signal} = new AbortController()
  const {report, cautions, error} = await runBenchmark(settings, {
    ...{version: '0.1.0', turns: 2, levels: [2], quick: true, signal, onProgress: () => {}},
  })
  expect(error).toBeUndefined()
  // Tests run beside each other.
  expect(cautions.filter(caution => !caution.startsWith('Other programs'))).toEqual([])
  const {stt, llm, tts} = report.engines
  expect([stt, llm, tts].map(engine => engine?.files[0]?.sha256.length)).toEqual([64, 64, 64])
  expect(stt?.utterances).toHaveLength(3)
  expect(tts?.rtf.p50).toBeGreaterThan(0)
  expect(report.turn?.runs).toBe(2)
  expect(report.concurrency).toMatchObject([{level: 2, failed: 0}])
  const ratio = (llm?.tokensPerSecond.p50 ?? 0) / (await independentRate())
  expect(ratio).toBeGreaterThan(1 / 3)
  expect(ratio).toBeLessThan(3)
})
