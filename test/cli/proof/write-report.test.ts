import {readdirSync} from 'node:fs'
import {join} from 'node:path'
import {prepareFolder, writeReport} from '@essence/core/cli/proof/write-report'
import {expect, it} from 'vitest'
import {temporaryFolder} from '../../temporary-folder.ts'

it('writes the page and the data', async () => {
  const folder = join(temporaryFolder(), 'new')
  await prepareFolder(folder)
  expect(await writeReport(folder, {}, async () => 'page')).toBe(join(folder, 'index.html'))
  expect(readdirSync(folder).sort()).toEqual(['index.html', 'report.json'])
})

it('writes the data where pages cannot be drawn', async () => {
  const folder = temporaryFolder()
  const missing = Object.assign(new Error('Cannot find package'), {code: 'ERR_MODULE_NOT_FOUND'})
  expect(await writeReport(folder, {}, () => Promise.reject(missing))).toBe(join(folder, 'report.json'))
  expect(readdirSync(folder)).toEqual(['report.json'])
})

it('throws what else goes wrong with a page', async () => {
  const broken = () => Promise.reject(new Error('no chart'))
  await expect(writeReport(temporaryFolder(), {}, broken)).rejects.toThrow('no chart')
})
