import {stripVTControlCharacters} from 'node:util'
import {compareLines} from '@essence/core/cli/proof/compare-lines'
import {displayWidth} from '@essence/core/kit/display-width'
import {compareReports} from '@essence/core/report/compare'
import {describe, expect, it} from 'vitest'
import {mockReport, roundTripReport} from '../../report/reports.ts'

const plain = (lines: string[]) => lines.map(line => stripVTControlCharacters(line))

describe('compareLines', () => {
  it('says what is worse before what is better, within 80 columns', () => {
    const [before, after] = [roundTripReport(200), roundTripReport(200)]
    for (const each of after.roundTrip?.cases.slice(0, 30) ?? [])
      if (each.input) Object.assign(each.input, {wordErrors: each.input.words, exact: false})
    const lines = plain(compareLines(compareReports(before, after)))
    expect(lines.findIndex(line => line.startsWith('Worse: '))).toBeGreaterThan(0)
    expect(lines.some(line => /^ {2}and \d+ more$/.test(line))).toBe(true)
    expect(lines).toContainEqual(expect.stringMatching(/^input {3}all .*\+0\.0$/))
    for (const line of lines) expect(displayWidth(line)).toBeLessThanOrEqual(80)
  })

  it('says first that a check no longer passes, whatever the service answered', () => {
    const before = mockReport()
    const checks = before.checks.map(check =>
      check.name === 'Recognize' ? {...check, ok: false, detail: 'no\u001b[2J\nanswer'} : check,
    )
    expect(plain(compareLines(compareReports(before, {...before, checks})))).toEqual([
      'WORSE: mock, 4 unchanged',
      '✗ stt, Recognize passed before, and failed: no [2J answer',
      'Worse: 1',
      '  stt, Recognize',
      '    passed → failed: no [2J answer',
    ])
  })
})
