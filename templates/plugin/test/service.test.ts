// The service as others see it: over HTTP, on a free port.
import assert from 'node:assert/strict'
import {after, before, test} from 'node:test'
import {readConfig} from '@essence/core/config/read'
import {Health} from '@essence/core/service/health'
import {openLog} from '@essence/core/service/log'
import {openMetrics} from '@essence/core/service/metrics'
import checks from '../src/checks.ts'
import {helloService} from '../src/service.ts'
import {helloGroup} from '../src/settings.ts'

const health = new Health('hello', '0.1.0')
const log = openLog('hello', {LOG_LEVEL: 'ERROR', LOG_FORMAT: 'json'})
const service = helloService({host: '127.0.0.1', port: 0, health, metrics: openMetrics(), log})
let address = ''

before(async () => {
  const summary = await service.start(new AbortController().signal, () => {})
  address = summary.address ?? ''
})
after(() => service.close())

test('greets by name', async () => {
  const answer = await fetch(`${address}/hello?name=Ada`)
  assert.deepEqual(await answer.json(), {greeting: 'Good day, Ada.'})
})

test('is ready once its start is over', async () => {
  assert.equal((await fetch(`${address}/health`)).status, 503)
  await health.ready()
  const answer = await fetch(`${address}/health`)
  assert.equal(answer.status, 200)
  assert.equal(((await answer.json()) as {service: string}).service, 'hello')
})

test('passes its checks', async () => {
  const {settings} = await readConfig({own: helloGroup, env: {ENV_SH: '/dev/null'}})
  const {checks: all} = await checks().open()
  for (const {run} of all) {
    await run({name: 'hello', address, health: `${address}/health`, settings}, AbortSignal.timeout(10_000))
  }
})

test('takes flags before the environment, and refuses what is no port', async () => {
  const env = {ENV_SH: '/dev/null', HELLO_HOST: '::1', HELLO_PORT: '2'}
  const {settings} = await readConfig({own: helloGroup, env, flags: {HELLO_PORT: 1}})
  assert.deepEqual([settings.HELLO_HOST, settings.HELLO_PORT], ['::1', 1])
  await assert.rejects(readConfig({own: helloGroup, env: {...env, HELLO_PORT: 'http'}}), /HELLO_PORT=http/)
})
