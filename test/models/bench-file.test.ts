import {mkdirSync, readFileSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {readConfig} from '@essence/core/config/read'
import {keepFits, keptFits} from '@essence/core/models/bench-file'
import {chooseProfile} from '@essence/core/models/download/choose'
import {expect, it} from 'vitest'
import {temporaryFolder} from '../temporary-folder.ts'

const modelFit = (id: string, figure: number, basis: 'measured' | 'estimated' = 'measured', realTime = true) => ({
  ...{id, kind: 'llm', basis, figure, unit: 'tokens/s' as const, realTime, fitsMemory: true},
})
const machine = {cores: 8, memoryBytes: 64e9}

const here = async (more: Record<string, string> = {}) => {
  const JUNE_DATA_DIR = temporaryFolder()
  mkdirSync(JUNE_DATA_DIR, {recursive: true})
  const {settings} = await readConfig({env: {ENV_SH: '/dev/null', JUNE_DATA_DIR, ...more}})
  return {settings, file: join(JUNE_DATA_DIR, 'bench.json')}
}

it('keeps what ran, also when another model is measured later', async () => {
  const {settings} = await here()
  await keepFits(settings, machine, [modelFit('small', 50), modelFit('large', 5, 'estimated')])
  await keepFits(settings, machine, [modelFit('large', 7), modelFit('small', 40, 'estimated')])
  expect(await keptFits(settings, machine)).toEqual([modelFit('small', 50), modelFit('large', 7)])
})

it('says nothing of another machine or device, nor of a file that is damaged', async () => {
  const {settings, file} = await here()
  await keepFits(settings, machine, [modelFit('small', 50)])
  expect(await keptFits(settings, {...machine, cores: 4})).toBeUndefined()
  expect(await keptFits({...settings, MODEL_DEVICE: {backend: 'cpu'}}, machine)).toBeUndefined()
  writeFileSync(file, readFileSync(file, 'utf8').replace('"version": 1', '"version": 2'))
  expect(await keptFits(settings, machine)).toBeUndefined()
  writeFileSync(file, '{')
  expect(await keptFits(settings, machine)).toBeUndefined()
})

it('decides the profile, unless a person named one', async () => {
  const {settings} = await here()
  expect((await chooseProfile(settings, machine)).name).toBe('starter')
  await keepFits(settings, machine, [
    modelFit('qwen3.5-2b-q4_k_m', 3, 'measured', false),
    modelFit('qwen3-1.7b-q4_k_m', 3, 'measured', false),
  ])
  const {name, reason} = await chooseProfile(settings, machine)
  expect(name).toBe('light')
  expect(reason).toContain('essence bench')
  expect((await chooseProfile({...settings, MODEL_PROFILE: 'starter'}, machine)).name).toBe('starter')
})
