// The checks of all services, started as `essence up` starts them: the channels use the speech services, over gRPC and with a key.
import type {ServiceChecks} from '@essence/core/proof/service-checks'
import {expect, it, onTestFinished} from 'vitest'
import gateway from '../../plugins/gateway/src/checks/hook.ts'
import stt from '../../plugins/stt/src/checks/hook.ts'
import telegram from '../../plugins/telegram/src/checks/hook.ts'
import tts from '../../plugins/tts/src/checks/hook.ts'
import {failedChecks} from './run-checks.ts'
import {startInMockMode} from './service-child.ts'

const key = {SERVICE_API_KEY: 'a-key-for-this-test-only'}

const started = async ({service, open}: ServiceChecks, command: string, env: NodeJS.ProcessEnv = {}) => {
  const {checks, close, env: own} = await open()
  onTestFinished(close ?? (() => {}))
  return {service: await startInMockMode(service, command, {...key, ...env, ...own}), checks}
}

it('hold, one service beside the other', async () => {
  const speech = await Promise.all([started(stt(), 'stt'), started(tts(), 'tts')])
  const [STT_URL, TTS_URL] = speech.map(({service}) => service.url)
  const env = {STT_URL, TTS_URL}
  const channels = await Promise.all([started(gateway(), 'gateway', env), started(telegram(), 'telegram-service', env)])
  const all = [...speech, ...channels]
  const failed = await Promise.all(all.map(({service, checks}) => failedChecks(service, checks)))
  expect(failed).toEqual([{}, {}, {}, {}])
})
