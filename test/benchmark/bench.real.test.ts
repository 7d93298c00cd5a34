// The benchmark on the engines that come with Essence: june-nano, espeak-ng and the demo mind.
import {runBenchmark} from '@essence/core/benchmark/bench'
import {readConfig} from '@essence/core/config/read'
import {benchReportSchema} from '@essence/core/report/bench-report'
import {expect, it} from 'vitest'
import {commandFolder} from '../commands/command-folder.ts'

const settingsHere = async () => (await readConfig({env: commandFolder().env})).settings

const run = async (signal: AbortSignal, onProgress: (text: string) => void = () => {}) =>
  runBenchmark(await settingsHere(), {
    ...{version: '0.1.0', turns: 2, levels: [1, 2], quick: true, signal, onProgress},
  })

it('measures every engine alone, whole turns and several at once', async () => {
  const {report, cautions, error} = await run(new AbortController().signal)
  expect(error).toBeUndefined()
  expect(benchReportSchema.parse(report)).toBeDefined()
  expect(report.partial).toBeUndefined()
  expect(report.startUp.map(({part}) => part)).toEqual(['speech synthesis', 'speech recognition', 'the language model'])
  const {stt, llm, tts} = report.engines
  expect(stt).toMatchObject({model: 'june-nano', files: [{sha256: expect.stringMatching(/^[0-9a-f]{64}$/)}]})
  const lengths = stt?.utterances.map(({audioMs}) => audioMs / 1000) ?? []
  expect(lengths.map(seconds => Math.round(seconds))).toEqual([2, 5, 10])
  expect(llm).toMatchObject({engine: 'demo'})
  expect(tts).toMatchObject({engine: 'espeak-ng'})
  expect(cautions.length).toBeGreaterThanOrEqual(2)
  expect(report.turn?.runs).toBe(2)
  expect(Object.keys(report.turn?.stages ?? {})).toEqual(['decode', 'stt', 'ttft', 'llm', 'ttfa', 'tts', 'total'])
  expect(report.concurrency).toMatchObject([
    {level: 1, turns: 1, failed: 0},
    {level: 2, turns: 2, failed: 0},
  ])
  expect(report.memory.peakBytes).toBeGreaterThan(50e6)
})

it('what was measured until it was stopped is a report, marked as partial', async () => {
  const stop = new AbortController()
  const {report, error} = await run(stop.signal, text => {
    if (text === 'whole turns') stop.abort()
  })
  expect(error).toMatchObject({code: 'CANCELLED'})
  expect(report.partial).toContain('interrupted')
  expect(report.engines.llm).toBeDefined()
  expect(report.turn).toBeUndefined()
})

it('stopped before anything was measured it is no report', async () => {
  await expect(run(AbortSignal.abort())).rejects.toMatchObject({code: 'CANCELLED'})
})
