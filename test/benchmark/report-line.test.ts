import {reportLine} from '@essence/core/benchmark/report-line'
import {expect, it} from 'vitest'

const figures = (p50: number) => ({p50, p95: p50, max: p50})

const report = (name: string) => ({
  ...({
    version: 1,
    kind: 'bench',
    otherLoad: 0,
    essence: '0.1.0',
    startedAt: '2026-11-29T00:00:00Z',
    durationMs: 1,
  } as const),
  machine: {cpu: name, cores: 2, memoryBytes: 24 * 1024 ** 3, platform: 'linux x64', node: '24.0.0'},
  startUp: [],
  engines: {
    stt: {
      engine: 'whisper',
      model: name,
      device: 'cpu',
      files: [],
      utterances: [{audioMs: 2000, runs: 1, rtf: figures(0.25)}],
    },
    llm: {
      engine: 'llama.cpp',
      model: name,
      device: 'cpu',
      files: [],
      runs: 1,
      ttft: figures(9),
      tokensPerSecond: figures(41.5),
    },
    tts: {
      engine: 'piper',
      model: name,
      device: 'cpu',
      files: [],
      voice: 'en',
      runs: 1,
      ttfa: figures(9),
      rtf: figures(0.1),
    },
  },
  turn: {runs: 1, stages: {total: figures(1234.4)}},
  concurrency: [],
  memory: {peakBytes: 1},
  fits: [],
})

it('tells machine, engines with their figures, and a turn', () => {
  expect(reportLine(report('joe'))).toBe(
    'Essence 0.1.0; joe, 2 cores, 24 GiB; no GPU; joe RTF 0.25; joe 41.5 tokens/s; joe RTF 0.10; turn 1234 ms',
  )
})

it('stays within 200 characters, and keeps every figure', () => {
  const line = reportLine(report('a name that is as long as a path of some model '.repeat(5)))
  expect(line.length).toBeLessThanOrEqual(200)
  for (const figure of ['RTF 0.25', '41.5 tokens/s', 'RTF 0.10', 'turn 1234 ms']) expect(line).toContain(figure)
})

it('gives no rate of what stands in for a language model', () => {
  const {engines, ...rest} = report('demo')
  const llm = {...engines.llm, engine: 'demo', model: 'demo'}
  expect(reportLine({...rest, engines: {...engines, llm}})).toContain('; demo; ')
})
