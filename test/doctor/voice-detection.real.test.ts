import {readConfig} from '@essence/core/config/read'
import {checkVoiceDetection} from '@essence/core/doctor/voice-detection'
import {expect, it} from 'vitest'

const check = async (env: Record<string, string>) => {
  const {settings} = await readConfig({env: {ENV_SH: '/dev/null', JUNE_DATA_DIR: '/nowhere', ...env}})
  return await checkVoiceDetection(settings, new AbortController().signal)
}

it('names the detector that listens', async () => {
  expect(await check({})).toMatchObject([{detail: expect.stringContaining('Silero VAD'), status: 'ok'}])
})

it('warns where none listens, and fails where the one that was named is not there', async () => {
  expect(await check({STT_ENABLE_VAD: 'false'})).toMatchObject([
    {status: 'warning', detail: expect.stringMatching(/^off/)},
  ])
  expect(await check({STT_VAD_MODEL: '/no/such.onnx'})).toMatchObject([
    {status: 'failure', detail: expect.stringContaining('/no/such.onnx')},
  ])
})

it('says nothing of a recogniser that is elsewhere, or a stand-in', async () => {
  expect(await check({STT_URL: 'grpc://127.0.0.1:1'})).toEqual([])
  expect(await check({STT_MODE: 'mock'})).toEqual([])
})
