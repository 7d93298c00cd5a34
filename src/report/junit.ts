import type {TestReport} from './test-report.ts'

interface JunitCase {
  suite: string
  name: string
  ms: number
  failure?: string | undefined
}

/** What XML 1.0 may not hold, not even as a reference. */
const forbidden = /[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu

const entities: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\n': '&#10;',
  '\r': '&#13;',
  '\t': '&#9;',
}

const attribute = (text: string): string =>
  text.replaceAll(forbidden, '').replaceAll(/[&<>"\n\r\t]/g, character => entities[character] ?? '')

const seconds = (ms: number): string => (ms / 1000).toFixed(3)

const sum = (numbers: readonly number[]): number => numbers.reduce((total, each) => total + each, 0)

/** Every check, case and scenario; and the verdict as one of its own, for what no single case can fail: a threshold, an end too early. */
const casesOf = ({
  mode,
  durationMs,
  checks,
  roundTrip,
  conversations,
  passed,
  reasons,
  partial,
}: TestReport): JunitCase[] => [
  ...checks.map(({service, name, ms, ok, detail}) => ({
    suite: service,
    name,
    ms,
    failure: ok ? undefined : (detail ?? 'failed'),
  })),
  ...(roundTrip?.cases.map(({id, text, lengthClass, times, failure}) => ({
    suite: lengthClass,
    name: `${id}: ${text}`,
    ms: times['total'] ?? sum(Object.values(times)),
    failure,
  })) ?? []),
  ...(conversations?.scenarios.map(({name, description, ms, failures}) => ({
    suite: 'conversation',
    name: `${name}: ${description}`,
    ms,
    failure: failures.length === 0 ? undefined : failures.join('\n'),
  })) ?? []),
  {
    suite: 'verdict',
    name: mode,
    ms: durationMs,
    failure:
      passed && partial === undefined
        ? undefined
        : [...(partial === undefined ? [] : [`Partial: ${partial}`]), ...reasons].join('\n') || 'failed',
  },
]

const caseXml = (mode: string, {suite, name, ms, failure}: JunitCase): string => {
  const open = `<testcase classname="${attribute(`essence.${mode}.${suite}`)}" name="${attribute(name)}" time="${seconds(ms)}"`
  return failure === undefined
    ? `    ${open}/>`
    : `    ${open}>\n      <failure type="failure" message="${attribute(failure)}"/>\n    </testcase>`
}

/** What both a suite and all of them count; the schema of Jenkins lets only a suite count what was skipped. */
const counts = (cases: readonly JunitCase[]): string => {
  const failures = cases.filter(({failure}) => failure !== undefined).length
  return `tests="${cases.length}" failures="${failures}" errors="0"`
}

const suitesOf = (report: TestReport): string[] => {
  const {mode, startedAt} = report
  return [...Map.groupBy(casesOf(report), ({suite}) => suite)].map(
    ([suite, some]) =>
      `  <testsuite name="${attribute(suite)}" ${counts(some)} skipped="0" time="${seconds(sum(some.map(({ms}) => ms)))}" timestamp="${attribute(startedAt.replace(/(?:\.\d+)?Z$/, ''))}">
${some.map(each => caseXml(mode, each)).join('\n')}
  </testsuite>`,
  )
}

/** The reports of a run as CI servers read them: a suite for each service and length class, one for conversations, one for each verdict. Times in s. */
export const junitXml = (reports: readonly TestReport[]): string => {
  const cases = reports.flatMap(casesOf)
  const durationMs = sum(reports.map(report => report.durationMs))
  return `<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="essence" ${counts(cases)} time="${seconds(durationMs)}">
${reports.flatMap(suitesOf).join('\n')}
</testsuites>
`
}
