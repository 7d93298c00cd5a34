// The service as its command runs it, with a stand-in for the engine: its two ports, its health, its figures, its stop.
import {openRemoteRecognizer} from '@essence/core/stt/grpc/client'
import {mockSpeechToText} from '@essence/core/stt/mock'
import {expect, it} from 'vitest'
import {engineServiceOf} from '../../../test/service/engine/open-service.ts'
import {recognition} from '../src/kind.ts'

it('is warm before it is used, counts, and ends in order', async () => {
  const {service, metrics} = engineServiceOf(recognition, async () => mockSpeechToText())
  const {url = '', lines, engines} = await service.start(new AbortController().signal, () => {})
  expect(lines.join()).toContain(`at ${url}`)
  expect(engines).toEqual([{role: 'stt', info: mockSpeechToText().info}])
  const client = await openRemoteRecognizer({url})
  const audio = Float32Array.from({length: 16_000}, (_, at) => 0.3 * Math.sin(at / 5))
  expect((await client.recognize(audio)).text).not.toBe('')
  await client.close()
  const figures = await metrics.registry.metrics()
  expect(figures).toMatch(/stt_requests_total\{method="Recognize",status="OK"\} 1/)
  expect(figures).toMatch(/stt_model_load_seconds 0\.\d+/)
  await service.drain(new AbortController().signal)
  await service.close()
  await expect(openRemoteRecognizer({url, waitMs: 0})).rejects.toMatchObject({code: 'REMOTE_UNREACHABLE'})
})

it('names what it runs, and what it runs once another is installed', async () => {
  const installed = ['first', 'second']
  const {service, health} = engineServiceOf(recognition, async () => {
    const stt = mockSpeechToText()
    return {...stt, info: {...stt.info, model: installed.shift() ?? ''}}
  })
  const detail = () => health.report().checks['engine']?.detail
  await service.start(new AbortController().signal, () => {})
  expect(detail()).toBe('mock first on cpu')
  const summary = await service.reopen?.(new AbortController().signal)
  expect(summary?.engines).toMatchObject([{role: 'stt', info: {model: 'second'}}])
  expect(detail()).toBe('mock second on cpu')
  await service.close()
})

it('gives its ports back when the engine does not open', async () => {
  const {service} = engineServiceOf(recognition, async () => {
    throw new Error('no such model')
  })
  await expect(service.start(new AbortController().signal, () => {})).rejects.toThrow('no such model')
  await service.close()
})
