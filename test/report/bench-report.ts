import type {BenchReport} from '@essence/core/report/bench-report'
import type {Quantiles} from '@essence/core/report/run'
import {engineReport, run} from './reports.ts'

const quantiles = (p50: number): Quantiles => ({p50, p95: p50 * 1.6, max: p50 * 2.4})

export const benchReport = (): BenchReport => ({
  ...run,
  command: 'essence bench',
  kind: 'bench',
  otherLoad: 0,
  startUp: [
    {part: 'whisper.cpp, ggml-base', ms: 412, memoryBytes: 210_000_000},
    {part: 'llama.cpp, SmolLM2-135M', ms: 230, memoryBytes: 150_000_000},
    {part: 'onnx, en_US-joe-medium', ms: 690, memoryBytes: 96_000_000},
  ],
  engines: {
    stt: {
      ...engineReport('whisper.cpp', 'ggml-base'),
      utterances: [1500, 5000, 12_000].map(audioMs => ({audioMs, runs: 12, rtf: quantiles(0.31)})),
    },
    llm: {
      ...engineReport('llama.cpp', 'SmolLM2-135M-Instruct.Q4_1'),
      runs: 10,
      ttft: quantiles(84),
      tokensPerSecond: quantiles(42.4),
    },
    tts: {
      ...engineReport('onnx', 'en_US-joe-medium'),
      voice: 'en_US-joe-medium',
      runs: 10,
      ttfa: quantiles(120),
      rtf: quantiles(0.18),
    },
  },
  turn: {
    runs: 12,
    stages: {
      decode: quantiles(4),
      recognition: quantiles(930),
      'first token': quantiles(88),
      'first audio': quantiles(1240),
      total: quantiles(2900),
    },
  },
  concurrency: [1, 2, 4, 8].map(level => ({
    level,
    turns: 16,
    failed: 0,
    turnsPerSecond: 0.34 + level * 0.03,
    ttfa: quantiles(1240 * level),
    total: quantiles(2900 * level),
  })),
  memory: {peakBytes: 1_240_000_000},
  fits: [
    {id: 'whisper-base', kind: 'stt', basis: 'measured', figure: 0.31, unit: 'RTF', realTime: true, fitsMemory: true},
    {
      id: 'whisper-large-v3',
      kind: 'stt',
      basis: 'estimated',
      figure: 6.4,
      unit: 'RTF',
      realTime: false,
      fitsMemory: true,
    },
    {
      id: 'qwen3-32b',
      kind: 'llm',
      basis: 'estimated',
      figure: 0.9,
      unit: 'tokens/s',
      realTime: false,
      fitsMemory: false,
    },
  ],
  line: 'essence 0.1.0, AMD EPYC 9654 ×2, linux x64: whisper.cpp ggml-base RTF 0.31; llama.cpp SmolLM2-135M 42 tok/s; onnx joe RTF 0.18; turn p50 2.9 s',
})
