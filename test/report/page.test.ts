import {benchReportSchema} from '@essence/core/report/bench-report'
import {benchPage} from '@essence/core/report/page/bench-page'
import {worstFirst} from '@essence/core/report/page/cases'
import {testPage} from '@essence/core/report/page/test-page'
import {type TestReport, testReportSchema} from '@essence/core/report/test-report'
import {describe, expect, it} from 'vitest'
import {benchReport} from './bench-report.ts'
import {conversionOf, mockReport, roundTripOf, roundTripReport} from './reports.ts'

const hostile = `</style></title><script>alert(1)</script>"'\u202e\ud800<img src=x onerror=alert(1)>`

/** The report with every text of it made hostile, and with a stage that is. */
const madeHostile = <T>(report: T): T =>
  JSON.parse(
    JSON.stringify(report, (key, value) =>
      key === 'stages'
        ? {...value, [hostile]: {p50: 1, p95: 2, max: 3}}
        : typeof value === 'string' && !['kind', 'mode', 'lengthClass', 'basis', 'unit'].includes(key)
          ? `${value}${hostile}`
          : value,
    ),
  )

/** Names of all elements of a page. */
const elements = (page: string): string[] => [
  ...new Set([...page.matchAll(/<([a-z][a-z0-9]*)/gi)].map(([, name = '']) => name.toLowerCase())),
]

const expectHarmless = (page: string) => {
  expect(elements(page)).not.toContain('script')
  expect(elements(page)).not.toContain('img')
  expect(page.match(/<style/g)).toHaveLength(1)
  expect(page).not.toMatch(/[\u202e\ud800-\udfff]/)
  expect(page).not.toMatch(/\b(?:src|href)="(?!data:)/)
}

const failing = (): TestReport => {
  const report = roundTripReport(40)
  const cases = report.roundTrip?.cases ?? []
  const wrong = cases.map(each => ({...each, input: conversionOf(each.text.split(' '), () => 0, 1)}))
  return {...report, passed: false, reasons: ['The WER of the input is 100.0 %.'], roundTrip: roundTripOf(wrong)}
}

describe('the reports of these tests', () => {
  it('are of the shape', () => {
    for (const report of [roundTripReport(20), mockReport(), failing()]) testReportSchema.parse(report)
    benchReportSchema.parse(benchReport())
  })
})

describe('testPage', () => {
  it('lets nothing from outside become markup', async () => {
    expectHarmless(await testPage(madeHostile({...failing(), partial: 'Ctrl-C.'})))
    const mock = mockReport()
    expectHarmless(
      await testPage(madeHostile({...mock, checks: mock.checks.map(check => ({...check, detail: 'not reached'}))})),
    )
  })

  it('says first what came out, and loudly when only a part was run', async () => {
    expect(await testPage(mockReport())).toMatch(/<h1>[^<]*<\/h1>\s*<div class="banner passed"><p><strong>✓ Passed/)
    expect(await testPage(failing())).toMatch(/<div class="banner failed">.*<li>The WER of the input is 100.0 %/s)
    const partial = await testPage({...mockReport(), partial: 'Ctrl-C after 2 of 5 checks.'})
    expect(partial).toContain('<title>Test of every connection: partial</title>')
    expect(partial).toContain('<strong>Partial.</strong> The run ended early: Ctrl-C after 2 of 5 checks.')
    expect(partial).not.toContain('Passed')
  })

  it('names the threshold that was missed', async () => {
    expect(await testPage(failing())).toContain('missed')
    expect(await testPage(roundTripReport(200))).not.toContain('>missed<')
  })

  it('shows the checks that failed before those that passed', async () => {
    const report = mockReport()
    const page = await testPage({
      ...report,
      checks: report.checks.map((check, at) => (at === 3 ? {...check, ok: false, detail: 'found 404'} : check)),
    })
    expect(page.indexOf('POST /api/turn')).toBeLessThan(page.indexOf('Recognize'))
    expect(page).toContain('4 of 5 passed')
    expect(page).toContain('found 404')
  })

  it('says where the phrases come from', async () => {
    expect(await testPage(roundTripReport(1))).toContain('<dt>From</dt><dd>generated</dd>')
  })

  it('has a player for each sound that is there, and for no other', async () => {
    const report = failing()
    const [first] = report.roundTrip?.cases ?? []
    if (first) first.audio = {input: 'audio/a.wav', output: 'audio/gone.wav'}
    const page = await testPage(report, {audio: new Map([['audio/a.wav', 'data:audio/wav;base64,AAAA']])})
    expect(page.match(/<audio [^>]*>/g)).toEqual([
      `<audio controls preload="none" src="data:audio/wav;base64,AAAA" aria-label="input of case ${first?.id}">`,
    ])
  })

  it('stays small, and folds away all but the worst 50 of 1,000', async () => {
    const page = await testPage(roundTripReport(1000))
    expect(page.length).toBeLessThan(1_500_000)
    expect(page.split('<details><summary>Cases ')[0]?.match(/<li>\s*<h3>/g)).toHaveLength(50)
    expect(page.match(/<li>\s*<h3>/g)).toHaveLength(1000)
    expect(page.match(/<summary>Cases [^<]*/g)).toEqual([
      '<summary>Cases 51 to 300 of 1000',
      '<summary>Cases 301 to 550 of 1000',
      '<summary>Cases 551 to 800 of 1000',
      '<summary>Cases 801 to 1000 of 1000',
    ])
  })

  it('can be written of a test that ended before its first case', async () => {
    const page = await testPage({
      ...roundTripReport(0),
      partial: 'stt never became ready.',
      passed: false,
      reasons: ['x'],
    })
    expect(page).not.toContain('NaN')
    expect(page).toContain('Round trip of speech: partial, failed')
  })
})

describe('worstFirst', () => {
  it('puts first what has no result, then by the worse conversion, then as they ran', () => {
    const report = roundTripReport(3)
    const [a, b, c] = (report.roundTrip?.cases ?? []).map((each, at) => ({...each, id: 'abc'[at] ?? ''}))
    if (!a || !b || !c) throw new Error('There are three cases.')
    const right = conversionOf(['yes'], () => 1, 0)
    const wrong = conversionOf(['yes'], () => 0.9, 1)
    const order = worstFirst([
      {...a, input: right, output: right},
      {...b, input: right, output: wrong},
      {...c, input: undefined, output: undefined, failure: 'no answer'},
      {...a, id: 'd', input: right, output: right},
    ])
    expect(order.map(({id}) => id)).toEqual(['c', 'b', 'a', 'd'])
  })
})

describe('benchPage', () => {
  it('lets nothing from outside become markup', async () => {
    expectHarmless(await benchPage(madeHostile(benchReport())))
  })

  it('shows what was measured, and leaves out what was not', async () => {
    const page = await benchPage(benchReport())
    for (const text of [
      'RTF 0.31; llama.cpp',
      'language model, tokens/s',
      'Turns per second',
      'qwen3-32b',
      '1 of 3 models',
    ])
      expect(page).toContain(text)
    const bare = await benchPage({
      ...benchReport(),
      engines: {},
      turn: undefined,
      concurrency: [],
      fits: [],
      partial: 'Ctrl-C.',
    })
    expect(bare).toContain('Partial.')
    expect(bare).not.toContain('Turns at once')
    expect(bare).not.toMatch(/NaN|undefined/)
  })
})
