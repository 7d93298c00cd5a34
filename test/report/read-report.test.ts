import {mkdirSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {readTestReport} from '@essence/core/report/read-report'
import {describe, expect, it} from 'vitest'
import {temporaryFolder} from '../temporary-folder.ts'
import {benchReport} from './bench-report.ts'
import {mockReport} from './reports.ts'

const folder = temporaryFolder()
const written = (name: string, text: string): string => {
  mkdirSync(join(folder, name))
  writeFileSync(join(folder, name, 'report.json'), text)
  return join(folder, name)
}

describe('readTestReport', () => {
  it('reads a folder and a file', async () => {
    const path = written('good', JSON.stringify(mockReport()))
    expect(await readTestReport(path)).toEqual(mockReport())
    expect(await readTestReport(join(path, 'report.json'))).toEqual(mockReport())
  })

  it.each([
    ['no JSON', '{"version": 1,', /it holds no JSON/],
    ['anything', '[1]', /it has no version and kind/],
    ['newer', JSON.stringify({...mockReport(), version: 2}), /its version is 2, and this Essence knows 1/],
    ['of a benchmark', JSON.stringify(benchReport()), /it is of the kind "bench"/],
    ['malformed', JSON.stringify({...mockReport(), checks: [{service: 1}]}), /checks\.0\.service: /],
  ])('says what is wrong with one that is %s', async (name, text, message) => {
    await expect(readTestReport(written(name, text))).rejects.toMatchObject({
      code: 'REPORT_INVALID',
      message: expect.stringMatching(message),
    })
  })

  it('says that there is none', async () => {
    await expect(readTestReport(join(folder, 'none'))).rejects.toMatchObject({code: 'INPUT_NOT_FOUND'})
    mkdirSync(join(folder, 'empty'))
    await expect(readTestReport(join(folder, 'empty'))).rejects.toMatchObject({
      code: 'INPUT_NOT_FOUND',
      message: expect.stringContaining('there is none'),
    })
  })
})
