import {once} from 'node:events'
import {chmodSync, existsSync, writeFileSync} from 'node:fs'
import {createServer, type RequestListener, type Server} from 'node:http'
import type {AddressInfo} from 'node:net'
import {join} from 'node:path'
import {inspectConfig} from '@essence/core/config/read'
import {examine} from '@essence/core/doctor/examine'
import {checkFolder, checkMachine} from '@essence/core/doctor/machine'
import {checkPorts} from '@essence/core/doctor/ports'
import {afterEach, describe, expect, it} from 'vitest'
import {temporaryFolder} from '../temporary-folder.ts'

const folder = temporaryFolder()

const servers: Server[] = []
afterEach(() => {
  for (const server of servers.splice(0)) server.close()
})

const base = {
  ENV_SH: '/dev/null',
  JUNE_DATA_DIR: join(folder, 'data'),
  MODEL_CACHE_DIR: join(folder, 'models'),
  JUNE_TEST_MODE: 'mock',
}
/** A service with two doors, as that of speech recognition. */
const stt = {
  name: 'stt',
  ports: [
    {host: 'STT_HOST', port: 'STT_PORT'},
    {host: 'STT_HOST', port: 'STT_METRICS_PORT'},
  ],
}
const inspect = (env: Record<string, string> = {}) => inspectConfig({env: {...base, ...env}})

const serve = async (answer: RequestListener): Promise<number> => {
  const server = createServer(answer).listen(0, '127.0.0.1')
  servers.push(server)
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}
const bell = {name: 'bell', ports: [{host: 'BELL_HOST', port: 'BELL_PORT'}]}
const portFinding = async (port: number, host = '127.0.0.1') =>
  (await checkPorts(bell, {BELL_PORT: port, BELL_HOST: host}))[0]

describe('the machine', () => {
  it('is found good enough: these tests run on it', () => {
    expect(checkMachine().map(({id, status}) => `${id} ${status}`)).toEqual(['node ok', 'machine ok'])
  })
})

describe('a port', () => {
  it('that is free is fine, and stays free', async () => {
    const port = await serve(() => {})
    const [server] = servers.splice(0)
    server?.close()
    expect(await portFinding(port)).toMatchObject({status: 'ok', detail: `${port} is free`})
    expect(await portFinding(port)).toMatchObject({status: 'ok'})
  })

  it.each<[string, RequestListener]>([
    ['says nothing of itself', (_, response) => response.end('hello')],
    ['answers null', (_, response) => response.end('null')],
    ['is no web server', request => void request.socket.destroy()],
  ])('taken by a program that %s is a failure', async (_, answer) => {
    const port = await serve(answer)
    expect(await portFinding(port)).toMatchObject({
      status: 'failure',
      detail: `another program has ${port}; bell could not start`,
      fix: expect.stringContaining('BELL_PORT='),
    })
  })

  it("that is the service's own is fine, also behind 0.0.0.0; that of another one is not", async () => {
    const port = await serve((_, response) => response.end('{"service": "bell", "status": "healthy"}'))
    const detail = `June's bell is running on ${port}: healthy`
    expect(await portFinding(port)).toMatchObject({status: 'ok', detail})
    expect(await portFinding(port, '0.0.0.0')).toMatchObject({status: 'ok', detail})
    const [finding] = await checkPorts({...bell, name: 'door'}, {BELL_PORT: port, BELL_HOST: '127.0.0.1'})
    expect(finding).toMatchObject({status: 'failure', detail: expect.stringContaining('door could not start')})
  })

  it('of a service with several is its own where one of them says so', async () => {
    const rpc = await serve(request => void request.socket.destroy())
    const metrics = await serve((_, response) => response.end('{"service": "stt", "status": "healthy"}'))
    const settings = {STT_HOST: '127.0.0.1', STT_PORT: rpc, STT_METRICS_PORT: metrics}
    const ours = {id: 'ports of stt', status: 'ok', detail: `June's stt is running on ${metrics}: healthy`}
    expect(await checkPorts(stt, settings)).toEqual([ours])
    expect(await checkPorts(stt, {...settings, STT_METRICS_PORT: 0})).toMatchObject([
      {status: 'failure', detail: `another program has ${rpc}; stt could not start`},
    ])
  })

  it('at an address that is not of this machine is a failure', async () => {
    expect(await portFinding(0, '192.0.2.1')).toMatchObject({status: 'failure', fix: 'Check BELL_HOST.'})
  })
})

describe('a folder', () => {
  const folderFinding = async (path: string) =>
    checkFolder('data folder', 'JUNE_DATA_DIR', (await inspect({JUNE_DATA_DIR: path})).settings)

  it('is made', async () => {
    const path = join(folder, 'new/deep')
    expect(['ok', 'warning']).toContain((await folderFinding(path)).status)
    expect(existsSync(path)).toBe(true)
  })

  it('below a file cannot be', async () => {
    writeFileSync(join(folder, 'file'), '')
    expect(await folderFinding(join(folder, 'file/x'))).toMatchObject({
      status: 'failure',
      detail: expect.stringContaining('ENOTDIR'),
      fix: 'Set JUNE_DATA_DIR to a folder you own.',
    })
  })

  it.skipIf(process.getuid?.() === 0)(
    'without the right to write is a failure (skipped for root, who may)',
    async () => {
      const path = temporaryFolder(folder)
      chmodSync(path, 0o500)
      expect(await folderFinding(path)).toMatchObject({status: 'failure', detail: expect.stringContaining('EACCES')})
    },
  )
})

describe('the whole examination', () => {
  const signal = new AbortController().signal

  it('looks at each thing once, and at the ports of the services it is told of', async () => {
    const findings = await examine(await inspect({STT_PORT: '0', STT_METRICS_PORT: '0'}), [stt], signal)
    const ids = findings.map(({id}) => id)
    expect(ids).toEqual([
      'node',
      'machine',
      'configuration',
      'data folder',
      'model folder',
      'ports of stt',
      'speech recognition',
      'answers',
      'speech synthesis',
      'live check',
    ])
    expect(findings.filter(({status}) => status === 'failure')).toEqual([])
  })

  it('calls a stand-in a warning, and says how to get the real thing', async () => {
    const findings = await examine(await inspect(), [], signal)
    expect(findings.find(({id}) => id === 'answers')).toMatchObject({
      status: 'warning',
      fix: expect.stringContaining('essence test-mode off'),
    })
  })

  it('goes on after a problem, and names it', async () => {
    const findings = await examine(
      await inspect({MODEL_TEMPERATURE: 'hot', INFERENCE_MODE: 'real', MODEL_NAME: 'absent'}),
      [],
      signal,
    )
    const failures = findings.filter(({status}) => status === 'failure')
    expect(failures.map(({id}) => id)).toEqual(['configuration MODEL_TEMPERATURE', 'engines'])
    expect(failures[1]).toMatchObject({
      detail: expect.stringContaining('"absent"'),
      fix: expect.stringContaining('essence models list --kind llm'),
    })
  })

  it('ends with CANCELLED when it is aborted', async () => {
    const stop = new AbortController()
    await expect(examine(await inspect(), [], stop.signal, () => stop.abort())).rejects.toMatchObject({
      code: 'CANCELLED',
    })
  })
})
