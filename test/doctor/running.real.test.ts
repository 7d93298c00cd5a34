// Beside a June that runs, the doctor asks her, and opens no engine a second time.
import {once} from 'node:events'
import {createServer} from 'node:http'
import type {AddressInfo} from 'node:net'
import {join} from 'node:path'
import {inspectConfig} from '@essence/core/config/read'
import {examine} from '@essence/core/doctor/examine'
import {checkRunning} from '@essence/core/doctor/running'
import {openUpRecord} from '@essence/core/engines/remote/up-record'
import {expect, it, onTestFinished} from 'vitest'
import {temporaryFolder} from '../temporary-folder.ts'

const metrics = `
june_turns_total{channel="web",result="ok"} 3
june_turns_total{channel="web",result="ENGINE_FAILED"} 1
june_turn_stage_seconds_sum{channel="web",stage="total"} 6
`
const serve = async (health: object): Promise<number> => {
  const server = createServer(({url}, response) => response.end(url === '/metrics' ? metrics : JSON.stringify(health)))
  onTestFinished(() => void server.close())
  await once(server.listen(0, '127.0.0.1'), 'listening')
  return (server.address() as AddressInfo).port
}
const checks = {
  llm: {status: 'healthy', detail: 'llama.cpp x.gguf on cpu'},
  turns: {status: 'degraded', detail: 'the last ended in X'},
}
const inspect = async () => {
  const JUNE_DATA_DIR = join(temporaryFolder(), 'data')
  return inspectConfig({env: {ENV_SH: '/dev/null', JUNE_DATA_DIR, MODEL_CACHE_DIR: temporaryFolder()}})
}

it('finds her by the record of essence up, and shows health and figures of each service', async () => {
  const port = await serve({service: 'gateway', status: 'degraded', uptimeSeconds: 600, checks})
  const inspection = await inspect()
  const record = await openUpRecord(inspection.settings.JUNE_DATA_DIR)
  await record.listens('gateway', {address: `http://127.0.0.1:${port}`, health: `http://127.0.0.1:${port}/health`})
  await record.listens('stt', {health: 'http://127.0.0.1:9/health'})
  const findings = await examine(inspection, [], AbortSignal.timeout(20_000), () => expect.fail('opened an engine'))
  await record.close()
  const found = new Map(findings.map(finding => [finding.id, finding]))
  expect(found.get('June')?.detail).toContain(`is up at http://127.0.0.1:${port} (process ${process.pid})`)
  expect(found.get('gateway')).toMatchObject({
    status: 'warning',
    detail:
      'degraded, for 10 min; llm: llama.cpp x.gguf on cpu; turns: degraded, the last ended in X; 4 turns, 3 answered; 2.0 s each',
  })
  expect(found.get('stt')).toMatchObject({status: 'failure', detail: 'does not answer at http://127.0.0.1:9/health'})
})

it('finds a channel that was started by itself at its port; an engine alone is no June', async () => {
  const {settings} = await inspect()
  const bell = {name: 'bell', ports: [{host: 'BELL_HOST', port: 'BELL_PORT'}]}
  const at = (port: number) => ({...settings, BELL_HOST: '127.0.0.1', BELL_PORT: port})
  const port = await serve({service: 'bell', status: 'healthy', uptimeSeconds: 5})
  expect(await checkRunning(at(port), [bell])).toMatchObject([
    {id: 'June', detail: expect.stringContaining('runs: bell')},
    {id: 'bell', status: 'ok', detail: expect.stringContaining('healthy, for 5 s')},
  ])
  expect(await checkRunning(at(port), [{...bell, provides: 'STT_URL'}])).toBeUndefined()
  expect(await checkRunning(at(9), [bell])).toBeUndefined()
})
