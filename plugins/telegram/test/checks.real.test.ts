// The checks of the service: all hold for it in mock mode, and each fails where what it is about is broken.
import {expect, it, onTestFinished} from 'vitest'
import {failedChecks} from '../../../test/proof/run-checks.ts'
import {startInMockMode} from '../../../test/proof/service-child.ts'
import checksOf from '../src/checks/hook.ts'

const {service, open} = checksOf()

it.each([
  ['', {}],
  [' with settings of its own', {TTS_SPEED: '1.5', ENABLE_METRICS: 'false'}],
])('hold for the service in mock mode%s', async (_, env) => {
  const {checks, env: own, close} = await open()
  onTestFinished(close ?? (() => {}))
  expect(await failedChecks(await startInMockMode(service, 'telegram-service', {...env, ...own}), checks)).toEqual({})
})
