// The service as its command runs it, with a stand-in for the engine: its two ports, its health, its figures, its stop.
import {Health} from '@essence/core/service/health'
import {openLog} from '@essence/core/service/log'
import {openMetrics} from '@essence/core/service/metrics'
import {openRemoteSynthesizer} from '@essence/core/tts/grpc-client'
import {openMockTextToSpeech} from '@essence/core/tts/mock'
import {expect, it} from 'vitest'
import {voiceService} from '../src/service.ts'

const open = (openEngine: Parameters<typeof voiceService>[0]['openEngine'], metricsPort = 0) => {
  const health = new Health('tts', '1.2.3')
  const metrics = openMetrics()
  const log = openLog('tts', {LOG_LEVEL: 'CRITICAL', LOG_FORMAT: 'json'})
  const service = voiceService({
    ...{
      host: '127.0.0.1',
      port: 0,
      metricsPort,
      version: '1.2.3',
      sampleRate: 16_000,
      health,
      metrics,
      log,
      openEngine,
    },
    ...{maxCalls: 4, idleMs: 60_000, stallMs: 60_000},
  })
  return {service, metrics}
}

it('is warm before it is used, counts, and ends in order', async () => {
  const {service, metrics} = open(async () => await openMockTextToSpeech({}))
  const {url = '', lines} = await service.start(new AbortController().signal, () => {})
  expect(lines.join()).toContain(`at ${url}`)
  const client = await openRemoteSynthesizer({url})
  let samples = 0
  for await (const {pcm} of client.synthesize('Hello there.')) samples += pcm.length
  expect(samples).toBeGreaterThan(0)
  await client.close()
  const figures = await metrics.registry.metrics()
  expect(figures).toMatch(/tts_requests_total\{method="SynthesizeStream",status="OK"\} 1/)
  expect(figures).toMatch(/tts_model_load_seconds 0\.\d+/)
  await service.drain(new AbortController().signal)
  await service.close()
  await expect(openRemoteSynthesizer({url, waitMs: 0})).rejects.toMatchObject({code: 'REMOTE_UNREACHABLE'})
})

it('gives its ports back when the engine does not open', async () => {
  const {service} = open(async () => {
    throw new Error('no such model')
  })
  await expect(service.start(new AbortController().signal, () => {})).rejects.toThrow('no such model')
  await service.close()
})
