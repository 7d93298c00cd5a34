import {writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {expect, it} from 'vitest'
import {root, runProgram} from '../kit/run-essence.ts'
import {temporaryFolder} from '../temporary-folder.ts'

it('names what was skipped, with the reason where the test itself has one, and what passed at its second try', async () => {
  const folder = temporaryFolder()
  const reporter = JSON.stringify(join(root, 'test/setup/reporter.ts'))
  writeFileSync(
    join(folder, 'vitest.config.js'),
    `import {PlainSummary} from ${reporter}
     export default {test: {globals: true, retry: 1, reporters: [new PlainSummary()]}}`,
  )
  writeFileSync(
    join(folder, 'some.test.js'),
    `it('runs', () => {})
     it.skip('is left out (skipped: no disk)', () => {})
     let tries = 0
     it('is not the same each time', () => expect(++tries).toBe(2))
     it('leaves itself out', ({skip}) => skip('this engine takes no prompt'))`,
  )
  const vitest = join(root, 'node_modules/vitest/vitest.mjs')
  const {stdout, status} = await runProgram(process.execPath, [vitest, 'run', '--root', folder], {}, folder)
  expect(stdout.trim().split('\n')).toEqual([
    'skipped: some.test.js > is left out (skipped: no disk)',
    'second try: some.test.js > is not the same each time',
    'skipped: some.test.js > leaves itself out (skipped: this engine takes no prompt)',
    '2 passed, 0 failed, 2 skipped',
  ])
  expect(status).toBe(0)
})
