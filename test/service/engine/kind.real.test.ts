// An engine whose settings are its plugin's own, and whose gRPC server knows nothing of sound: no room of the core names it.
import {createServer} from 'node:net'
import type {Settings} from '@essence/core/config/schema'
import type {RpcServer} from '@essence/core/rpc/server'
import type {EngineKind, ServedEngine, ServeOptions} from '@essence/core/service/engine/kind'
import {engineService} from '@essence/core/service/engine/service'
import {Health} from '@essence/core/service/health'
import {openLog} from '@essence/core/service/log'
import {openMetrics} from '@essence/core/service/metrics'
import {expect, it} from 'vitest'

type BellSettings = Settings & {BELL_HOST: string; BELL_PORT: number; BELL_HEALTH_PORT: number; BELL_TUNE: string}

const bell = (metricsPort: number) => {
  const settings = {BELL_HOST: '127.0.0.1', BELL_PORT: 7, BELL_HEALTH_PORT: metricsPort, BELL_TUNE: 'ding'}
  const served: {options?: ServeOptions<ServedEngine>; tune?: string} = {}
  const kind: EngineKind<ServedEngine, BellSettings> = {
    name: 'bell',
    role: 'ringing',
    address: ({BELL_HOST: host, BELL_PORT: port, BELL_HEALTH_PORT}) => ({host, port, metricsPort: BELL_HEALTH_PORT}),
    variables: {host: 'BELL_HOST', port: 'BELL_PORT', metricsPort: 'BELL_HEALTH_PORT'},
    open: async () => ({
      info: {engine: 'bell', model: 'brass', device: 'cpu', deviceReason: 'a test'},
      close: async () => {},
    }),
    async serve(options, {BELL_TUNE: tune}) {
      Object.assign(served, {options, tune})
      const nothing = async () => {}
      return {
        address: 'here:7',
        url: 'grpc://here:7',
        ready: nothing,
        drain: nothing,
        close: nothing,
        setHealthy: () => {},
      } as unknown as RpcServer
    },
    async warmUp() {},
  }
  const log = openLog('bell', {LOG_LEVEL: 'CRITICAL', LOG_FORMAT: 'json'})
  const health = new Health('bell', '1')
  const all = {...settings, GRPC_IDLE_TIMEOUT_SECONDS: 1, GRPC_STALL_TIMEOUT_SECONDS: 2} as BellSettings
  const metrics = openMetrics()
  return {service: engineService(kind, {settings: all, version: '1', health, metrics, log}), served, metrics}
}

it('is served where its own settings say, with what it reads of them', async () => {
  const {service, served, metrics} = bell(0)
  const summary = await service.start(new AbortController().signal, () => {})
  expect(summary).toMatchObject({name: 'bell', url: 'grpc://here:7'})
  expect(served).toMatchObject({tune: 'ding', options: {port: 7, variable: 'BELL_PORT', idleMs: 1000, stallMs: 2000}})
  expect(await metrics.registry.metrics()).toContain('bell_model_load_seconds')
  await service.close()
})

it('names its own variable where a port is taken', async () => {
  await using server = createServer()
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done))
  const {port} = server.address() as {port: number}
  const {service} = bell(port)
  await expect(service.start(new AbortController().signal, () => {})).rejects.toMatchObject({
    code: 'PORT_IN_USE',
    suggestions: expect.arrayContaining([expect.stringContaining('BELL_HEALTH_PORT=')]),
  })
  await service.close()
})
