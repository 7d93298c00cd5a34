import {createServer} from 'node:http'
import type {AddressInfo} from 'node:net'
import {EssenceError} from '@essence/core/kit/errors'
import {Secret} from '@essence/core/kit/secret'
import {Health} from '@essence/core/service/health'
import {listen, openHttp} from '@essence/core/service/http'
import type {Log} from '@essence/core/service/log'
import {openMetrics} from '@essence/core/service/metrics'
import {afterEach, beforeEach, describe, expect, it} from 'vitest'

let logged: string[]
let health: Health
let http: ReturnType<typeof openHttp>

beforeEach(() => {
  logged = []
  health = new Health('test', '1.2.3')
  const write = ({err, why}: {err?: Error; why?: string}, text: string) =>
    logged.push(`${text}: ${why ?? err?.message}`)
  const log = {info: write, error: write} as unknown as Log
  http = openHttp({health, metrics: openMetrics(), log, bodyLimit: 100})
})
afterEach(() => http.close())

describe('GET /health', () => {
  const ask = async () => {
    const {statusCode, payload} = await http.inject('/health')
    return {statusCode, ...(JSON.parse(payload) as {status: string; ready: boolean})}
  }

  it('tells starting, healthy, degraded, unhealthy and draining apart', async () => {
    expect(await ask()).toMatchObject({
      statusCode: 503,
      status: 'starting',
      ready: false,
      service: 'test',
      version: '1.2.3',
    })
    health.phase = 'ready'
    expect(await ask()).toMatchObject({statusCode: 200, status: 'healthy'})
    health.set('voice', {status: 'degraded', detail: 'no speech'})
    expect(await ask()).toMatchObject({statusCode: 200, status: 'degraded', checks: {voice: {detail: 'no speech'}}})
    health.set('telegram', {status: 'unhealthy'})
    expect(await ask()).toMatchObject({statusCode: 503, status: 'unhealthy', live: true})
    health.set('telegram', {status: 'healthy'})
    health.phase = 'draining'
    expect(await ask()).toMatchObject({statusCode: 503, status: 'draining', ready: false})
  })
})

describe('GET /metrics', () => {
  it('shows turns and the event loop', async () => {
    const {payload, headers} = await http.inject('/metrics')
    expect(headers['content-type']).toContain('text/plain')
    expect(payload).toContain('june_turns_total')
    expect(payload).toContain('nodejs_eventloop_lag_seconds')
  })

  it('is not there where ENABLE_METRICS is false, and nothing is measured for it', async () => {
    const metrics = openMetrics({ENABLE_METRICS: false})
    const silent = openHttp({health, metrics, log: {} as Log})
    expect((await silent.inject('/metrics')).statusCode).toBe(404)
    expect(await metrics.registry.metrics()).not.toContain('nodejs_eventloop_lag_seconds')
    await silent.close()
  })
})

describe('a request that fails', () => {
  const failWith = async (error: unknown) => {
    http.post('/fail', async () => {
      throw error
    })
    const {statusCode, payload} = await http.inject({method: 'POST', url: '/fail'})
    return {statusCode, ...(JSON.parse(payload) as object)}
  }

  it.each([
    ['USAGE', 400],
    ['AUDIO_TOO_LONG', 413],
    ['ENGINE_BUSY', 503],
    ['NOT_ALLOWED', 403],
    ['ENGINE_FAILED', 500],
  ] as const)('%s has status %i, and says what to do', async (code, statusCode) => {
    const body = {ok: false, error: {code, message: 'What happened.', suggestions: ['Do this.']}}
    expect(await failWith(new EssenceError(code, 'What happened.', {suggestions: ['Do this.']}))).toEqual({
      statusCode,
      ...body,
    })
  })

  it('by a fault of ours tells the log, not the caller', async () => {
    const answer = await failWith(new Error('line 42 of /srv/june'))
    expect(answer).toMatchObject({statusCode: 500, error: {code: 'BUG'}})
    expect(JSON.stringify(answer)).not.toContain('/srv/june')
    expect(logged.join('')).toContain('line 42 of /srv/june')
  })

  it('shows no secret', async () => {
    const secret = new Secret('tokentokentoken')
    const message = `refused: ${secret.reveal()}`
    expect(JSON.stringify(await failWith(new EssenceError('USAGE', message, {suggestions: [message]})))).not.toContain(
      secret.reveal(),
    )
  })

  it('by its body or address is the caller’s', async () => {
    http.post('/echo', async request => request.body as object)
    const headers = {'content-type': 'application/json'}
    const post = async (payload: string) =>
      (await http.inject({method: 'POST', url: '/echo', headers, payload})).statusCode
    expect(await post('{')).toBe(400)
    expect(await post(JSON.stringify('x'.repeat(200)))).toBe(413)
    const absent = await http.inject('/absent?token=1')
    expect(absent.json()).toMatchObject({ok: false, error: {code: 'NOT_FOUND', message: 'There is no GET /absent.'}})
  })
})

describe('listen', () => {
  it('gives the address to open', async () => {
    const address = await listen(http, '127.0.0.1', 0, 'X_PORT')
    expect((await fetch(`${address}/health`)).status).toBe(503)
  })

  it('says that a port is taken, and how to choose another', async () => {
    const other = createServer()
    await new Promise<void>(resolve => other.listen(0, '127.0.0.1', resolve))
    const {port} = other.address() as AddressInfo
    const failure = listen(http, '127.0.0.1', port, 'X_PORT')
    await expect(failure).rejects.toMatchObject({
      code: 'PORT_IN_USE',
      suggestions: expect.arrayContaining([`Choose another port: X_PORT=${port + 1}`]),
    })
    other.close()
  })

  it('says that an address is not of this machine', async () => {
    await expect(listen(http, '192.0.2.1', 0, 'X_PORT')).rejects.toMatchObject({code: 'CONFIG_INVALID'})
  })
})
