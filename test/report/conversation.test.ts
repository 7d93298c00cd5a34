import {stripVTControlCharacters} from 'node:util'
import {testSummaryLines} from '@essence/core/cli/proof/test-summary'
import {compareReports} from '@essence/core/report/compare'
import {junitXml} from '@essence/core/report/junit'
import {testPage} from '@essence/core/report/page/test-page'
import {testReportSchema} from '@essence/core/report/test-report'
import {expect, it} from 'vitest'
import {conversationReport} from './conversations.ts'

const report = conversationReport()

it('the report of conversations is of the shape', () => {
  expect(testReportSchema.parse(report)).toEqual(report)
})

it('how soon she answers stands beside what it costs', () => {
  const lines = testSummaryLines(report, {room: 100}).map(line => stripVTControlCharacters(line).trimEnd())
  expect(lines.slice(2)).toMatchInlineSnapshot(`
    [
      "was over at 1.27 s",
      "1 of 2 scenarios passed",
      "✗ pause: line 4, after 3.21 s: expected whole: true; the turn was over at 1.27 s",
      "Figure",
      "Voice to voice  700 ms / 900 ms  p50 / p95, from the end of speech to her first sound",
      "Cut-offs                 2 of 4  turns ended before the person was done",
      "False stops              0 of 2  answers ended for what was no turn",
      "Missed stops             0 of 2  interruptions she spoke over for 2 s",
      "Quiet after     180 ms / 180 ms  p50 / p95, from the beginning of speech",
      "Goes on after   640 ms / 640 ms  p50 / p95 of being quiet for what was no turn",
      "Self-replies                  0  turns taken for her own echo",
      "False turns                   0  turns taken where nobody spoke to her",
      "WER                       5.0 %  of 40 words that people said",
      "Test late           4 ms / 4 ms  p50 / p95; by 100 ms or more, the machine is too busy",
    ]
  `)
})

it('the page shows what failed first, with what happened', async () => {
  const page = await testPage(conversationReport('expected <b>silence</b>'))
  expect(page).toContain('Live conversation: failed')
  expect(page).toContain('expected &lt;b&gt;silence&lt;/b&gt;')
  expect(page.indexOf('pause <span')).toBeLessThan(page.indexOf('plain <span'))
  expect(page).toMatch(/1\.27 s.*gateway.*the turn is over/)
})

it('CI servers read each scenario as a case', () => {
  const xml = junitXml([report])
  expect(xml).toContain(
    '<testcase classname="essence.conversation.conversation" name="plain: A question is answered." time="6.000"/>',
  )
  expect(xml).toMatch(
    /name="pause: A pause does not end the turn\." time="4\.000">\s*<failure [^>]*line 4, after 3\.21 s/,
  )
})

it('a scenario that passed before and fails now makes the second report worse', () => {
  const before = structuredClone(report)
  for (const scenario of before.conversations?.scenarios ?? []) scenario.failures = []
  const {worse, regressions, unchanged} = compareReports(before, report)
  expect(unchanged).toBe(1)
  expect(regressions).toMatchObject([{of: 'scenario', name: 'pause', before: 'passed'}])
  expect(worse).toEqual([expect.stringMatching(/^pause passed before, and failed: line 4/)])
  expect(compareReports(report, before).worse).toEqual([])
})
