import {fitsOf} from '@essence/core/benchmark/fits'
import {suitableProfile} from '@essence/core/models/catalogue/suitable-profile'
import {expect, it} from 'vitest'

const GiB = 1024 ** 3
const figures = (p50: number) => ({p50, p95: p50, max: p50})
const file = (name: string, bytes = 1) => [{name, bytes, sha256: 'ab'.repeat(32)}]

const engines = ({rtf = 0.2, rate = 40, ttft = 200} = {}) => ({
  stt: {
    ...{engine: 'whisper', model: 'ggml-base.bin', device: 'cpu', files: file('ggml-base.bin')},
    utterances: [{audioMs: 2000, runs: 1, rtf: figures(rtf)}],
  },
  llm: {
    ...{engine: 'llama.cpp', model: 'granite-4.0-350m-Q5_K_M.gguf', device: 'cpu', runs: 1},
    files: file('granite-4.0-350m-Q5_K_M.gguf', 264_052_128),
    ...{ttft: figures(ttft), tokensPerSecond: figures(rate)},
  },
  tts: {
    ...{engine: 'piper', model: 'en_US-ljspeech-medium.onnx', device: 'cpu', voice: 'default', runs: 1},
    files: file('en_US-ljspeech-medium.onnx'),
    ...{ttfa: figures(100), rtf: figures(0.1)},
  },
})
const startUp = [{part: 'speech recognition', ms: 1, memoryBytes: GiB}]
const machine = (cores: number, memory = 24) => ({cores, memoryBytes: memory * GiB})
const fits = (measured = engines(), memory?: number) =>
  new Map(fitsOf({engines: measured, startUp}, machine(2, memory)).map(fit => [fit.id, fit]))

it('tells what ran from what is estimated, of the same kind only', () => {
  const found = fits()
  expect(found.get('whisper-base')).toMatchObject({basis: 'measured', figure: 0.2, unit: 'RTF', realTime: true})
  expect(found.get('granite-4.0-350m-q5_k_m')).toMatchObject({basis: 'measured', figure: 40, unit: 'tokens/s'})
  expect(found.get('whisper-small-q5_1')?.basis).toBe('estimated')
  expect([...found.keys()].filter(id => /parakeet|silero|fp32|jets|embed/.test(id))).toEqual([])
})

it('a larger Whisper takes more, a language model of four times the bytes writes a quarter', () => {
  const found = fits()
  const rtf = (id: string): number => found.get(id)?.figure ?? Number.NaN
  expect(rtf('whisper-tiny')).toBeLessThan(rtf('whisper-base'))
  expect(rtf('whisper-large-v3-turbo')).toBeLessThan(rtf('whisper-large-v3'))
  expect(found.get('whisper-large-v3')?.realTime).toBe(false)
  expect(found.get('qwen3-1.7b-q4_k_m')?.figure).toBeCloseTo((40 * 264_052_128) / 1107e6, 1)
  // Of 30 billion weights three are read.
  const [dense, sparse] = [found.get('qwen3.5-9b-q4_k_m'), found.get('qwen3-30b-a3b-instruct-2507-q4_k_m')]
  expect(sparse?.figure).toBeGreaterThan(dense?.figure ?? 0)
})

it('is real time only where the first token comes within a second as well', () => {
  expect(fits().get('granite-4.0-350m-q5_k_m')?.realTime).toBe(true)
  expect(fits(engines({ttft: 1500})).get('granite-4.0-350m-q5_k_m')?.realTime).toBe(false)
  expect(fits(engines({rate: 7})).get('granite-4.0-350m-q5_k_m')?.realTime).toBe(false)
})

it('fits only beside the other engines', () => {
  expect(fits(engines(), 24).get('granite-4.0-350m-q5_k_m')?.fitsMemory).toBe(true)
  expect(fits(engines(), 2).get('granite-4.0-350m-q5_k_m')?.fitsMemory).toBe(false)
})

it('takes nothing from stand-ins', () => {
  const demo = {...engines().llm, engine: 'demo', model: 'demo', files: []}
  const nano = {...engines().stt, model: 'june-nano'}
  const found = fitsOf({engines: {stt: nano, llm: demo}, startUp}, machine(2))
  expect(found).toEqual([])
})

it('a machine that is quicker than its size is given more, a slower one less, as was measured', () => {
  const profile = (cores: number, measured?: Parameters<typeof engines>[0]) =>
    suitableProfile(machine(cores), fitsOf({engines: engines(measured), startUp}, machine(cores)))
  expect(suitableProfile(machine(2))).toEqual({name: 'light', reason: '24 GiB of memory, 2 CPU cores, no GPU found'})
  expect(profile(2).name).toBe('light')
  expect(profile(2, {rtf: 0.05, rate: 100, ttft: 50}).name).toBe('starter')
  expect(profile(8).name).toBe('light')
  expect(profile(8).reason).toContain('essence bench measured here: ')
  // Nothing is real time here: the smallest is left.
  expect(profile(8, {rtf: 2, rate: 1}).name).toBe('light')
})
