// The service as its command runs it, with a stand-in for the engine: its two ports, its health, its figures, its stop.
import {openRemoteSynthesizer} from '@essence/core/tts/grpc/client'
import {openMockTextToSpeech} from '@essence/core/tts/mock'
import {expect, it} from 'vitest'
import {engineServiceOf} from '../../../test/service/engine/open-service.ts'
import {synthesis} from '../src/kind.ts'

it('is warm before it is used, counts, and ends in order', async () => {
  const {service, metrics} = engineServiceOf(synthesis, async () => await openMockTextToSpeech({}))
  const {url = '', lines, engines} = await service.start(new AbortController().signal, () => {})
  expect(lines.join()).toContain(`at ${url}`)
  expect(engines).toMatchObject([{role: 'tts', info: {engine: 'mock'}}])
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
