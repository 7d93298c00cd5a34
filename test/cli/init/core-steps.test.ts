import {coreSteps} from '@essence/core/cli/init/core-steps'
import type {Settings} from '@essence/core/config/schema'
import {expect, it} from 'vitest'

const check = (name: string, settings: Partial<Settings>): Promise<string> | undefined =>
  coreSteps.find(step => step.name === name)?.check?.(settings as Settings, new AbortController().signal)

it('says which language a code is, and refuses one that is none', async () => {
  expect(await check('STT_LANGUAGE', {STT_LANGUAGE: 'de'})).toBe('German')
  expect(await check('STT_LANGUAGE', {STT_LANGUAGE: 'pt-BR'})).toBe('Brazilian Portuguese')
  expect(await check('STT_LANGUAGE', {STT_LANGUAGE: 'auto'})).toMatch(/each message/)
  await expect(check('STT_LANGUAGE', {STT_LANGUAGE: 'xx'})).rejects.toMatchObject({code: 'USAGE'})
})

it('tells the time of a zone', async () => {
  expect(await check('TIME_ZONE', {TIME_ZONE: 'Asia/Kolkata'})).toMatch(/^it is \d\d:\d\d there$/)
})
