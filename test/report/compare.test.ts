import {compareReports} from '@essence/core/report/compare'
import type {TestCase, TestReport} from '@essence/core/report/test-report'
import {describe, expect, it} from 'vitest'
import {conversionOf, mockReport, roundTripOf, roundTripReport} from './reports.ts'

/** A case of four words of which so many are wrong in both conversions; no number: without a result. */
const phrase = (id: string, wrong: number | undefined): TestCase => {
  let at = 0
  const conversion = () => conversionOf(['turn', 'the', 'lights', 'off'], () => (at++ % 4 < (wrong ?? 0) ? 0.9 : 2), 1)
  return {
    id,
    text: 'turn the lights off',
    lengthClass: 'medium',
    times: {total: 100},
    ...(wrong === undefined ? {failure: 'no answer'} : {input: conversion(), output: conversion()}),
  }
}

const reportOf = (...wrong: (number | undefined)[]): TestReport => ({
  ...roundTripReport(0),
  roundTrip: roundTripOf(wrong.map((each, at) => phrase(`p${at}`, each))),
})

describe('compareReports', () => {
  it('finds nothing between a report and itself', () => {
    const report = roundTripReport(200)
    expect(compareReports(report, report)).toMatchObject({
      regressions: [],
      improvements: [],
      unchanged: 200,
      onlyBefore: 0,
      onlyAfter: 0,
      cautions: [],
      worse: [],
    })
  })

  it('puts first what was right and is wrong, the worst before all, and then what was wrong already', () => {
    const {regressions, improvements, unchanged} = compareReports(
      reportOf(0, 1, 0, 0, 2, undefined, 3),
      reportOf(1, 3, 3, undefined, 1, 0, 3),
    )
    expect(regressions.map(({name, before, after}) => [name.slice(0, 2), before, after])).toEqual([
      ['p3', 'right', 'failed: no answer'],
      ['p2', 'right', 'WER 75 %'],
      ['p0', 'right', 'WER 25 %'],
      ['p1', 'WER 25 %', 'WER 75 %'],
    ])
    expect(improvements.map(({name, before, after}) => [name.slice(0, 2), before, after])).toEqual([
      ['p5', 'failed: no answer', 'right'],
      ['p4', 'WER 50 %', 'WER 25 %'],
    ])
    expect(unchanged).toBe(1)
  })

  it('is worse when the WER rose by more than the tolerance', () => {
    const before = reportOf(...Array.from({length: 20}, () => 0))
    // 1 of 80 words: 1.25 points.
    const after = reportOf(1, ...Array.from({length: 19}, () => 0))
    expect(compareReports(before, after, {tolerance: 2}).worse).toEqual([])
    expect(compareReports(before, after).worse).toEqual([
      'The WER of the input rose by 1.3 points, from 0.0 % to 1.3 %.',
      'The WER of the output rose by 1.3 points, from 0.0 % to 1.3 %.',
    ])
    expect(compareReports(after, before).worse).toEqual([])
  })

  it('is worse when more cases have no result, which no WER shows, and when nothing was tested', () => {
    expect(compareReports(reportOf(0, 0), reportOf(0, undefined)).worse).toEqual([
      '50.0 % of the cases have no input, before 0.0 %.',
      '50.0 % of the cases have no output, before 0.0 %.',
    ])
    expect(compareReports(reportOf(0), reportOf()).worse).toEqual(['The second tested nothing.'])
  })

  it('is worse when a check no longer passes', () => {
    const before = mockReport()
    const checks = before.checks.map((check, at) => (at === 1 ? {...check, ok: false, detail: 'found 503'} : check))
    const {worse, regressions, unchanged} = compareReports(before, {...before, checks})
    expect(worse).toEqual(['stt, GET /health passed before, and failed: found 503'])
    expect(regressions).toEqual([{of: 'check', name: 'stt, GET /health', before: 'passed', after: 'failed: found 503'}])
    expect(unchanged).toBe(4)
  })

  it('sets the sums beside each other, and says where chance explains nothing', () => {
    const {wer, stages} = compareReports(reportOf(0, 0), reportOf(2, 2))
    expect(wer.map(({side, lengthClass, apart}) => [side, lengthClass, apart])).toEqual([
      ['input', 'all', true],
      ['input', 'medium', true],
      ['output', 'all', true],
      ['output', 'medium', true],
    ])
    expect(stages.find(({stage}) => stage === 'total')).toMatchObject({before: {p50: 100}, after: {p50: 100}})
  })

  it('warns of other data, seeds and models, and of having nothing in common', () => {
    const before = reportOf(0)
    const after = {...reportOf(0), seed: 8, passed: false, partial: 'Ctrl-C.'}
    const engine = after.services[0]?.engine
    if (engine && after.roundTrip) {
      engine.model = 'ggml-tiny'
      after.roundTrip.dataset.name = 'alice'
      after.roundTrip.cases = [phrase('other', 0)]
    }
    expect(compareReports(before, after)).toMatchObject({
      onlyBefore: 1,
      onlyAfter: 1,
      cautions: [
        'The second is partial: Ctrl-C.',
        'The verdict differs: passed, then failed',
        'The dataset differs: validation, then alice',
        'The seed differs: 7, then 8',
        'The service stt differs: whisper.cpp ggml-base b94d27b9934d, then whisper.cpp ggml-tiny b94d27b9934d',
        'They have no case and no check in common.',
      ],
    })
  })

  it('refuses reports of different modes', () => {
    expect(() => compareReports(mockReport(), roundTripReport(1))).toThrow(
      expect.objectContaining({code: 'USAGE', message: expect.stringContaining('mock and stt_tts_roundtrip')}),
    )
  })
})
