// `essence test compare` as a user runs it: the built CLI, with reports in folders.
import {mkdirSync, writeFileSync} from 'node:fs'
import {describe, expect, it} from 'vitest'
import {essence} from '../kit/run-essence.ts'
import {mockReport} from '../report/reports.ts'
import {commandFolder} from './command-folder.ts'

const {folder, path, env} = commandFolder()
const write = (name: string, report: unknown) => {
  mkdirSync(path(name))
  writeFileSync(path(`${name}/report.json`), JSON.stringify(report))
}
const run = (...args: string[]) => essence(['test', 'compare', ...args], env, folder)

const report = mockReport()
write('good', report)
write('bad', {...report, checks: report.checks.map((check, at) => ({...check, ok: at > 0}))})
write('newer', {...report, version: 2})

describe('essence test compare', () => {
  it('ends with 0 where nothing is worse, and with 6 where something is', async () => {
    const same = await run('good', 'good')
    expect(same).toMatchObject({status: 0, stderr: ''})
    expect(same.stdout).toContain('NOT WORSE: mock, 5 unchanged')
    expect((await run('bad', 'good')).status).toBe(0)
    const worse = await run('good', 'bad')
    expect(worse.status).toBe(6)
    expect(worse.stdout).toContain('stt, Recognize')
    expect(worse.stderr).toContain('TEST_FAILED')
  })

  it('gives the whole comparison under --json, also of one that failed', async () => {
    const {status, stdout, stderr} = await run('good', 'bad', '--json')
    expect({status, stderr}).toEqual({status: 6, stderr: ''})
    expect(JSON.parse(stdout)).toMatchObject({
      ok: false,
      data: {mode: 'mock', regressions: [{of: 'check', name: 'stt, Recognize'}], unchanged: 4},
      error: {code: 'TEST_FAILED', exit: 6},
    })
  })

  it('says what is wrong with a report or the tolerance', async () => {
    expect(await run('good', 'none')).toMatchObject({status: 2, stderr: expect.stringContaining('none')})
    expect(await run('newer', 'good')).toMatchObject({status: 8, stderr: expect.stringContaining('REPORT_INVALID')})
    for (const tolerance of ['much', '-1'])
      expect(await run('good', 'good', `--tolerance=${tolerance}`)).toMatchObject({
        status: 2,
        stderr: expect.stringContaining('--tolerance'),
      })
  })
})
