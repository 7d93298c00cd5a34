// What a caller is told of a failure, who is let in, and what a service does that is full or drains.
import {EssenceError} from '@essence/core/kit/errors'
import {Secret} from '@essence/core/kit/secret'
import {openMetrics} from '@essence/core/service/metrics'
import {openRemoteRecognizer} from '@essence/core/stt/grpc/client'
import {mockSpeechToText} from '@essence/core/stt/mock'
import {Metadata, Status} from 'nice-grpc'
import {describe, expect, it} from 'vitest'
import {bursts} from '../stt/bursts.ts'
import {failureOf, gated, open, pcm, scripted} from './calls.ts'

describe('errors on their way', () => {
  it.each([
    ['ENGINE_BUSY', Status.RESOURCE_EXHAUSTED],
    ['ENGINE_UNAVAILABLE', Status.UNAVAILABLE],
    ['USAGE', Status.INVALID_ARGUMENT],
    ['ENGINE_FAILED', Status.INTERNAL],
  ] as const)('%s arrives as %s, and as itself at our own client', async (code, status) => {
    const secret = '/home/june/models/secret-path'
    const service = await open(
      scripted(async () => {
        throw new EssenceError(code, code === 'ENGINE_FAILED' ? secret : 'This is why.', {suggestions: ['Do that.']})
      }),
    )
    let trailer = Metadata()
    const request = {audioData: Buffer.from(pcm), sampleRate: 16_000}
    const failure = await failureOf(service.client.recognize(request, {onTrailer: told => (trailer = told)}))
    expect(failure.code).toBe(status)
    expect(failure.details).not.toContain(secret)
    expect(trailer.get('retry-after-ms')).toBe(code === 'ENGINE_BUSY' ? '1000' : undefined)
    expect(String(trailer.get('grpc-status-details-bin') ?? '').includes('google.rpc.RetryInfo')).toBe(
      code === 'ENGINE_BUSY',
    )
    const remote = await openRemoteRecognizer({url: service.server.url})
    await expect(remote.recognize(bursts(3))).rejects.toMatchObject(
      code === 'ENGINE_FAILED' ? {code} : {code, message: 'This is why.', suggestions: ['Do that.']},
    )
    await remote.close()
    await service.close()
  })

  it('a fault of the engine is told to the log, not to the caller', async () => {
    const logged: unknown[] = []
    const fault = new TypeError('x is not a function')
    const failing = scripted(async () => {
      throw fault
    })
    const service = await open(failing, {onError: error => logged.push(error)})
    const failure = await failureOf(service.client.recognize({audioData: Buffer.from(pcm)}))
    expect(failure).toMatchObject({code: Status.INTERNAL, details: 'Something went wrong in the service.'})
    expect(logged).toEqual([fault])
    await service.close()
  })
})

describe('the way in', () => {
  it('wants the key where there is one, before it reads anything', async () => {
    const key = new Secret('a-key-of-the-service')
    const service = await open(mockSpeechToText(), {key})
    const request = {audioData: Buffer.from(pcm), sampleRate: 16_000}
    const without = await failureOf(service.client.recognize(request))
    expect(without).toMatchObject({code: Status.UNAUTHENTICATED, details: 'This service wants a key.'})
    const wrong = await failureOf(service.client.recognize(request, {metadata: Metadata({'x-api-key': 'another'})}))
    expect(wrong.code).toBe(Status.UNAUTHENTICATED)
    const metadata = Metadata({authorization: `Bearer ${key.reveal()}`})
    expect((await service.client.recognize(request, {metadata})).results).toHaveLength(1)
    await expect(openRemoteRecognizer({url: service.server.url})).rejects.toMatchObject({code: 'TOKEN_MISSING'})
    const remote = await openRemoteRecognizer({url: service.server.url, key})
    expect((await remote.recognize(bursts(3))).text).not.toBe('')
    await remote.close()
    await service.close()
  })

  it('says that it is busy when there is no room, and counts every call', async () => {
    const {stt, began, go} = gated()
    const {registry} = openMetrics()
    const service = await open({...stt, requestLimit: 1}, {metrics: {registry, prefix: 'stt'}})
    const request = {audioData: Buffer.from(pcm), sampleRate: 16_000}
    const first = service.client.recognize(request)
    await began
    expect((await failureOf(service.client.recognize(request))).code).toBe(Status.RESOURCE_EXHAUSTED)
    go()
    expect((await first).results).toHaveLength(1)
    const figures = await registry.metrics()
    expect(figures).toContain('stt_requests_total{method="Recognize",status="OK"} 1')
    expect(figures).toContain('stt_requests_total{method="Recognize",status="RESOURCE_EXHAUSTED"} 1')
    expect(figures).toContain('stt_errors_total{error_type="ENGINE_BUSY"} 1')
    expect(figures).toContain('stt_active_connections 0')
    await service.close()
  })

  it('finishes what runs when it drains, and takes nothing new', async () => {
    const {stt, began, go} = gated()
    const service = await open(stt)
    const request = {audioData: Buffer.from(pcm), sampleRate: 16_000}
    const first = service.client.recognize(request)
    await began
    const drained = service.server.drain(new AbortController().signal)
    expect((await failureOf(service.client.recognize(request))).details).toBe('The service is stopping.')
    go()
    await drained
    expect((await first).results).toHaveLength(1)
    await service.close()
  })
})
