import type {Reporter, TestCase, TestModule} from 'vitest/node'

/**
 * Names every test that was skipped, and why where it says so as it runs, and every test that passed at its second try: neither goes unseen.
 * One plain line of counts closes the run.
 */
export class PlainSummary implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const tests = modules.flatMap(module => [...module.children.allTests()])
    const count = (state: ReturnType<TestCase['result']>['state']): number =>
      tests.filter(test => test.result().state === state).length
    const broken = modules.filter(module => module.state() === 'failed' && count('failed') === 0).length
    const nameOf = (test: TestCase): string => `${test.module.relativeModuleId} > ${test.fullName}`
    const lines = tests.flatMap(test => {
      if (test.result().state === 'skipped') return [`skipped: ${nameOf(test)}${noteOf(test.result())}`]
      return test.diagnostic()?.flaky ? [`second try: ${nameOf(test)}`] : []
    })
    const summary = `${count('passed')} passed, ${count('failed') + broken} failed, ${count('skipped')} skipped`
    process.stdout.write(`${[...lines, summary].join('\n')}\n`)
  }
}

const noteOf = (result: ReturnType<TestCase['result']>): string =>
  result.state === 'skipped' && result.note ? ` (skipped: ${result.note})` : ''
