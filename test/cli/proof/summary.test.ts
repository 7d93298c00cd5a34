import {stripVTControlCharacters} from 'node:util'
import {benchSummaryLines} from '@essence/core/cli/proof/bench-summary'
import {testSummaryLines} from '@essence/core/cli/proof/test-summary'
import {displayWidth} from '@essence/core/kit/display-width'
import {describe, expect, it} from 'vitest'
import {benchReport} from '../../report/bench-report.ts'
import {mockReport, roundTripReport} from '../../report/reports.ts'

const plain = (lines: string[]) => lines.map(line => stripVTControlCharacters(line))

describe('testSummaryLines', () => {
  it('says in about ten lines what came out', () => {
    expect(plain(testSummaryLines(roundTripReport(1000), {page: 'report/index.html'}))).toMatchInlineSnapshot(`
      [
        "PASSED: stt_tts_roundtrip, 412 s",
        "validation: 1000 phrases, seed 7, 10 at once, voice en_US-joe-medium",
        "WER          input (95 %)     output (95 %)  allowed",
        "all       4.4 % (3.5–5.5)   4.8 % (3.9–6.1)    8.0 %  met",
        "short   10.4 % (8.3–13.0)  9.6 % (7.7–12.0)   15.0 %  met",
        "medium    5.2 % (4.2–6.5)   5.5 % (4.4–6.9)    8.0 %  met",
        "long      3.2 % (2.5–4.0)   2.9 % (2.4–3.7)    6.0 %  met",
        "Similar (0.8 or more): input 96.5 %, output 97.3 %; failed: 6",
        "Thresholds: Whisper base, Piper medium voices",
        "p50 / p95: synthesis 747 ms / 1.15 s, gateway 2.05 s / 3.18 s, recognition 762",
        "ms / 1.06 s, total 3.53 s / 4.79 s",
        "Report: report/index.html",
      ]
    `)
  })

  it('says why a test did not pass, and that it is partial', () => {
    const report = {
      ...roundTripReport(60, 3),
      passed: false,
      partial: 'Ctrl-C after 60 of 1000 cases.',
      reasons: ['The WER of the input is 9.4 %; 8.0 % is allowed.'],
    }
    expect(plain(testSummaryLines(report)).slice(0, 3)).toEqual([
      'PARTIAL, FAILED: stt_tts_roundtrip, 412 s',
      'Ended early: Ctrl-C after 60 of 1000 cases.',
      '✗ The WER of the input is 9.4 %; 8.0 % is allowed.',
    ])
    expect(plain(testSummaryLines({...report, passed: true}))[0]).toMatch(/^PARTIAL: /)
  })

  it('names what of a mock was not reached', () => {
    const report = mockReport()
    const checks = report.checks.map((check, at) =>
      at === 0 ? {...check, ok: false, detail: 'found\n\u001b[2J an empty text'} : check,
    )
    const lines = plain(testSummaryLines({...report, passed: false, checks}))
    expect(lines).toContain('4 of 5 checks passed, 4 services')
    expect(lines).toContain('✗ stt, Recognize: found [2J an empty text')
  })

  it('fits 80 columns', () => {
    const report = {...roundTripReport(100), passed: false, reasons: ['word '.repeat(40).trim()]}
    for (const line of plain(testSummaryLines(report))) expect(displayWidth(line)).toBeLessThanOrEqual(80)
  })

  it('colours nothing where a stream has no colours', () => {
    const stream = Object.assign(Object.create(process.stdout), {isTTY: false})
    expect(testSummaryLines(mockReport(), {stream})[0]).toBe('PASSED: mock, 412 s')
  })
})

describe('benchSummaryLines', () => {
  it('says what was measured, the line for a bug report last', () => {
    expect(plain(benchSummaryLines(benchReport(), {page: 'bench/index.html'}))).toMatchInlineSnapshot(`
      [
        "Start-up: whisper.cpp, ggml-base 412 ms; llama.cpp, SmolLM2-135M 230 ms; onnx,",
        "en_US-joe-medium 690 ms",
        "Alone                        p50 / p95            Model",
        "recognition of 1.50 s     0.31 / 0.496  RTF       ggml-base",
        "recognition of 5.00 s     0.31 / 0.496  RTF       ggml-base",
        "recognition of 12.0 s     0.31 / 0.496  RTF       ggml-base",
        "first token             84 ms / 134 ms            SmolLM2-135M-Instruct.Q4_1",
        "language model             42.4 / 67.8  tokens/s  SmolLM2-135M-Instruct.Q4_1",
        "first audio            120 ms / 192 ms            en_US-joe-medium",
        "synthesis                 0.18 / 0.288  RTF       en_US-joe-medium",
        "A turn, p50 / p95: decode 4 ms / 6 ms, recognition 930 ms / 1.49 s, first token",
        "88 ms / 141 ms, first audio 1.24 s / 1.98 s, total 2.90 s / 4.64 s",
        "Turns at once: 1: 0.37/s, 2: 0.4/s, 4: 0.46/s, 8: 0.58/s",
        "Memory: 1.2 GB",
        "In real time here: whisper-base",
        "Report: bench/index.html",
        "essence 0.1.0, AMD EPYC 9654 ×2, linux x64: whisper.cpp ggml-base RTF 0.31; llama.cpp SmolLM2-135M 42 tok/s; onnx joe RTF 0.18; turn p50 2.9 s",
      ]
    `)
  })

  it('fits 80 columns, but for the line that is copied', () => {
    for (const line of plain(benchSummaryLines(benchReport())).slice(0, -1))
      expect(displayWidth(line)).toBeLessThanOrEqual(80)
  })

  it('leaves out what was not measured', () => {
    const lines = benchSummaryLines({
      ...benchReport(),
      startUp: [],
      engines: {},
      turn: undefined,
      concurrency: [],
      fits: [],
      partial: 'Ctrl-C.',
    })
    expect(plain(lines)).toEqual(['PARTIAL', 'Ended early: Ctrl-C.', 'Memory: 1.2 GB', benchReport().line])
  })
})
