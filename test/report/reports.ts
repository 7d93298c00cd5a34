// Reports as a test or a benchmark would leave them; the figures are made up, and the same each time.
import {quantilesOf} from '@essence/core/report/quantiles'
import type {EngineReport, Run} from '@essence/core/report/run'
import {
  type AccuracyByLength,
  type AccuracySummary,
  type AlignedWord,
  type Conversion,
  type LengthClass,
  lengthClasses,
  type RoundTrip,
  type TestCase,
  type TestReport,
} from '@essence/core/report/test-report'

const words =
  `turn the kitchen lights off before you leave home tonight please remind me about water in every garden while
seven quiet travellers walk along a narrow river path towards distant mountains where morning fog hides old stone bridges`.split(
    /\s+/,
  )

const sha256 = 'b94d27b9934d3e08a52e52d7da7dabfac484efe37a5380ee9088f7ace2efcde9'

export const engineReport = (engine: string, model: string): EngineReport => ({
  engine,
  model,
  device: 'CPU, 2 threads',
  files: [{name: `${model}.bin`, bytes: 147_951_465, sha256}],
})

export const run: Run = {
  version: 1,
  essence: '0.1.0',
  startedAt: '2026-11-29T04:30:00.000Z',
  durationMs: 412_345,
  command: 'essence test --mode stt_tts_roundtrip --seed 7 --limit 1000 --concurrency 10 --voice en_US-joe-medium',
  machine: {
    cpu: 'AMD EPYC 9654 96-Core Processor',
    cores: 2,
    memoryBytes: 25_200_000_000,
    platform: 'linux x64',
    node: '24.10.0',
  },
}

/** Numbers from 0 to below 1, the same for the same seed. */
const numbers = (seed: number) => {
  let state = seed
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32
    return state / 2 ** 32
  }
}

/** What is heard of words: at times one is left out, put in, or taken for another. */
export const conversionOf = (said: readonly string[], mistaken: () => number, rate: number): Conversion => {
  const diff = said.flatMap((word): AlignedWord[] => {
    const luck = mistaken()
    if (luck > rate) return [{said: word, heard: word}]
    if (luck < rate / 4) return [{said: word}]
    return luck < rate / 2 ? [{said: word, heard: word}, {heard: 'and'}] : [{said: word, heard: `${word}s`}]
  })
  const wordErrors = diff.filter(({said: a, heard: b}) => a !== b).length
  const heard = diff.flatMap(({heard: word}) => word ?? []).join(' ')
  const text = said.join(' ')
  return {
    said: text,
    heard,
    words: said.length,
    wordErrors,
    characters: text.length,
    characterErrors: wordErrors * 2,
    exact: wordErrors === 0,
    similarity: Math.max(0, 1 - wordErrors / said.length / 2),
    diff,
  }
}

const lengths: Record<LengthClass, [from: number, to: number]> = {short: [1, 3], medium: [4, 10], long: [11, 24]}

const caseOf = (at: number, next: () => number): TestCase => {
  const lengthClass = lengthClasses[at % 10 < 3 ? 0 : at % 10 < 7 ? 1 : 2] ?? 'short'
  const [from, to] = lengths[lengthClass]
  const said = Array.from(
    {length: from + Math.floor(next() * (to - from + 1))},
    () => words[Math.floor(next() * words.length)] ?? '',
  )
  const rate = {short: 0.12, medium: 0.05, long: 0.03}[lengthClass]
  const times = {synthesis: 300 + 900 * next(), gateway: 800 + 2500 * next(), recognition: 400 + 700 * next()}
  return {
    id: `${lengthClass}-${String(at + 1).padStart(4, '0')}`,
    text: said.join(' '),
    lengthClass,
    ...(next() < 0.004
      ? {failure: 'The gateway answered 503: STT has 64 requests under way, as many as it takes at once.'}
      : {input: conversionOf(said, next, rate), output: conversionOf(said.slice(0, 8), next, rate)}),
    times: {...times, total: times.synthesis + times.gateway + times.recognition},
  }
}

const summaryOf = (cases: readonly TestCase[], side: 'input' | 'output'): AccuracySummary => {
  const heard = cases.flatMap(each => each[side] ?? [])
  const sum = (of: (each: Conversion) => number) => heard.reduce((total, each) => total + of(each), 0)
  const share = (of: (each: Conversion) => boolean) => sum(each => Number(of(each))) / Math.max(1, heard.length)
  const wer =
    sum(each => each.wordErrors) /
    Math.max(
      1,
      sum(each => each.words),
    )
  return {
    cases: heard.length,
    failed: cases.length - heard.length,
    words: sum(each => each.words),
    wer,
    werLow: wer * 0.8,
    werHigh: wer * 1.25,
    cer:
      sum(each => each.characterErrors) /
      Math.max(
        1,
        sum(each => each.characters),
      ),
    exact: share(each => each.exact),
    similarity: sum(each => each.similarity) / Math.max(1, heard.length),
    similar: share(each => each.similarity >= 0.8),
  }
}

const byLength = (cases: readonly TestCase[], side: 'input' | 'output'): AccuracyByLength => ({
  all: summaryOf(cases, side),
  ...Object.fromEntries(
    lengthClasses.flatMap(name => {
      const some = cases.filter(({lengthClass}) => lengthClass === name)
      return some.length > 0 ? [[name, summaryOf(some, side)]] : []
    }),
  ),
})

/** The figures of cases; what a test changes in the cases stands in them, too. */
export const roundTripOf = (cases: TestCase[]): RoundTrip => ({
  dataset: {name: 'validation', source: 'generated', phrases: cases.length, seed: 7, sha256},
  concurrency: 10,
  voice: 'en_US-joe-medium',
  input: byLength(cases, 'input'),
  output: byLength(cases, 'output'),
  thresholds: {
    row: 'Whisper base, Piper medium voices',
    wer: {all: 0.08, short: 0.15, medium: 0.08, long: 0.06},
    failed: 0.01,
  },
  stages: Object.fromEntries(
    ['synthesis', 'gateway', 'recognition', 'total'].map(stage => [
      stage,
      quantilesOf(cases.flatMap(({times: {[stage]: ms}}) => ms ?? [])) ?? {p50: 0, p95: 0, max: 0},
    ]),
  ),
  cases,
})

/** A round trip of so many phrases. */
export const roundTripReport = (count: number, seed = 1): TestReport => {
  const next = numbers(seed)
  return {
    ...run,
    kind: 'test',
    mode: 'stt_tts_roundtrip',
    passed: true,
    reasons: [],
    seed: 7,
    services: [
      {
        name: 'stt',
        mode: 'real',
        why: 'STT_MODE=real',
        running: false,
        url: 'grpc://127.0.0.1:50052',
        startMs: 1240,
        engine: engineReport('whisper.cpp', 'ggml-base'),
      },
      {
        name: 'tts',
        mode: 'real',
        why: 'TTS_MODE=real',
        running: false,
        url: 'grpc://127.0.0.1:50053',
        startMs: 870,
        engine: engineReport('onnx', 'en_US-joe-medium'),
      },
      {
        name: 'gateway',
        mode: 'real',
        why: 'JUNE_TEST_MODE=stt_tts_roundtrip',
        running: true,
        url: 'http://127.0.0.1:8000',
      },
    ],
    checks: [],
    roundTrip: roundTripOf(Array.from({length: count}, (_, at) => caseOf(at, next))),
  }
}

/** Every service in mock mode. */
export const mockReport = (): TestReport => ({
  ...run,
  command: 'essence test --mode mock',
  kind: 'test',
  mode: 'mock',
  passed: true,
  reasons: [],
  seed: 7,
  services: ['stt', 'tts', 'gateway', 'telegram'].map(name => ({
    name,
    mode: 'mock',
    why: 'JUNE_TEST_MODE=mock',
    running: false,
    startMs: 640,
  })),
  checks: [
    {service: 'stt', name: 'Recognize', ok: true, ms: 12},
    {service: 'stt', name: 'GET /health', ok: true, ms: 3},
    {service: 'tts', name: 'Synthesize', ok: true, ms: 9},
    {service: 'gateway', name: 'POST /api/turn', ok: true, ms: 41},
    {service: 'telegram', name: 'voice message', ok: true, ms: 210},
  ],
})
