// What essence up looks at before it starts anything.
import {once} from 'node:events'
import {createServer} from 'node:http'
import type {AddressInfo} from 'node:net'
import {checkStart} from '@essence/core/cli/up/preflight'
import {openUpRecord, runningUp} from '@essence/core/engines/remote/up-record'
import type {PlannedService} from '@essence/core/service/plan-services'
import {expect, it, onTestFinished} from 'vitest'
import {temporaryFolder} from '../../temporary-folder.ts'

const bell = {ports: [{host: 'BELL_HOST', port: 'BELL_PORT'}]} as PlannedService
const settings = (port: number) => ({JUNE_DATA_DIR: temporaryFolder(), BELL_HOST: '127.0.0.1', BELL_PORT: port})

const serve = async (body: string): Promise<number> => {
  const server = createServer((_, response) => response.end(body)).listen(0, '127.0.0.1')
  onTestFinished(() => void server.close())
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}

it('a port of another program is named, with the setting to change', async () => {
  const port = await serve('hello')
  await expect(checkStart([bell], settings(port))).rejects.toMatchObject({
    code: 'PORT_IN_USE',
    message: `Port ${port} on 127.0.0.1 is taken by another program.`,
    suggestions: expect.arrayContaining([`Choose another port: BELL_PORT=${port + 1}`]),
  })
  await expect(checkStart([bell], settings(0))).resolves.toBeUndefined()
})

it('a port of a service of June is named as that, with its process', async () => {
  const port = await serve('{"service": "bell", "status": "healthy", "pid": 4711}')
  await expect(checkStart([bell, bell], settings(port))).rejects.toMatchObject({
    message: expect.stringContaining(`taken by June's bell (process 4711)`),
    suggestions: expect.arrayContaining(['Stop it: kill 4711']),
  })
})

it('a June that is up is said to be, with its address; one that was killed is not', async () => {
  const own = settings(0)
  const record = await openUpRecord(own.JUNE_DATA_DIR)
  record.listens('gateway', {address: 'http://127.0.0.1:8000', health: 'http://127.0.0.1:8000/health'})
  await expect
    .poll(() => runningUp(own.JUNE_DATA_DIR))
    .toMatchObject({address: 'http://127.0.0.1:8000', health: {gateway: 'http://127.0.0.1:8000/health'}})
  await expect(checkStart([bell], own)).rejects.toMatchObject({
    code: 'LOCKED',
    message: expect.stringMatching(
      new RegExp(
        `^June is up already at http://127\\.0\\.0\\.1:8000, since \\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d \\(process ${process.pid}\\)`,
      ),
    ),
    suggestions: expect.arrayContaining([`Stop it: kill ${process.pid}`]),
  })
  await record.close()
  await expect(checkStart([bell], own)).resolves.toBeUndefined()
})
