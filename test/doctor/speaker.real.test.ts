import {join} from 'node:path'
import {readConfig} from '@essence/core/config/read'
import {checkSpeaker} from '@essence/core/doctor/speaker'
import {voiceprintFile} from '@essence/core/speaker/voiceprint-file'
import {expect, it} from 'vitest'
import {writeTinyModel} from '../speaker/tiny-model.ts'
import {temporaryFolder} from '../temporary-folder.ts'

const folder = temporaryFolder()

const check = async (env: Record<string, string>) => {
  const {settings} = await readConfig({env: {ENV_SH: '/dev/null', JUNE_DATA_DIR: folder, ...env}})
  return await checkSpeaker(settings, new AbortController().signal)
}

it('says nothing where people are not known by their voices', async () => {
  expect(await check({})).toEqual([])
})

it('says what to do where the model is not there, or is none', async () => {
  expect(await check({SPEAKER_MODEL: '/no/such.onnx'})).toEqual([
    {
      id: 'speaker model',
      status: 'failure',
      detail: 'There is no speaker model at /no/such.onnx.',
      fix: expect.stringContaining('set SPEAKER_MODEL'),
    },
  ])
  expect(await check({SPEAKER_MODEL: import.meta.filename})).toMatchObject([{status: 'failure'}])
})

it('names the model, how many it knows, and those it does not know any more', async () => {
  const SPEAKER_MODEL = writeTinyModel(join(folder, 'tiny.onnx'))
  expect(await check({SPEAKER_MODEL})).toMatchObject([
    {status: 'ok', detail: expect.stringMatching(/^tiny\.onnx \(sha256 .*\); 0 people are known$/)},
  ])
  const vector = Float32Array.of(1, 0)
  await voiceprintFile(folder).put({person: 'telegram:42', model: 'another', vector, enrolledAt: new Date()})
  expect(await check({SPEAKER_MODEL})).toMatchObject([
    {status: 'warning', detail: expect.stringContaining('enrolled with another model: telegram:42')},
  ])
})
