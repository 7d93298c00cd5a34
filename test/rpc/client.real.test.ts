import {targetOf} from '@essence/core/rpc/address'
import {openRemoteRecognizer} from '@essence/core/stt/grpc/client'
import {mockSpeechToText} from '@essence/core/stt/mock'
import {describe, expect, it} from 'vitest'
import {bursts} from '../stt/bursts.ts'
import {sttServer} from './serve.ts'

const speech = bursts(3)

/** A recogniser that counts what it was asked. */
const counting = () => {
  const stt = mockSpeechToText()
  const counts = {calls: 0}
  const recognize: typeof stt.recognize = (audio, options) => {
    counts.calls++
    return stt.recognize(audio, options)
  }
  return {...stt, recognize, counts}
}

describe('a client of the speech services', () => {
  it('says that a service which died cannot be reached, worth another try; and finds it when it is back', async () => {
    const first = await sttServer(mockSpeechToText())
    const stt = await openRemoteRecognizer({url: first.url})
    expect((await stt.recognize(speech)).text).not.toBe('')
    await first.close()
    await expect(stt.recognize(speech)).rejects.toMatchObject({
      code: 'REMOTE_UNREACHABLE',
      retryable: true,
      message: `The speech recognition service (STT_URL=${first.url}) cannot be reached: nothing listens there.`,
      suggestions: ['See that it runs, and that the address is right.'],
    })
    const second = await sttServer(mockSpeechToText(), {port: first.port})
    // Its pauses between attempts are its own: asked until it has found the way, as a channel would be.
    let text = ''
    while (text === '') text = (await stt.recognize(speech).catch(() => ({text: ''}))).text
    expect(text).toBe('Testing speech recognition')
    await stt.close()
    await second.close()
  })

  it.each([
    ['grpc://127.0.0.1:1', 'nothing listens there'],
    ['grpc://no-such-host.invalid', 'nobody knows that name'],
  ])('says in a few words why %s cannot be reached', async (url, why) => {
    await expect(openRemoteRecognizer({url, waitMs: 0})).rejects.toMatchObject({
      code: 'REMOTE_UNREACHABLE',
      message: `The speech recognition service (STT_URL=${url}) was not ready within 0 s: it cannot be reached: ${why}.`,
    })
  })

  it('tells a recognition that was under way when the service died', async () => {
    const began = Promise.withResolvers<void>()
    const stuck = {
      ...mockSpeechToText(),
      recognize: () => {
        began.resolve()
        return new Promise<never>(() => {})
      },
    }
    const server = await sttServer(stuck)
    const stt = await openRemoteRecognizer({url: server.url})
    const recognition = stt.recognize(speech)
    recognition.catch(() => {})
    await began.promise
    await server.close()
    await expect(recognition).rejects.toMatchObject({
      code: 'REMOTE_UNREACHABLE',
      retryable: true,
    })
    await stt.close()
  })

  it('shares its calls among several services, and does without one that is gone', async () => {
    const engines = [counting(), counting()]
    const servers = [await sttServer(engines[0] ?? counting()), await sttServer(engines[1] ?? counting())]
    const stt = await openRemoteRecognizer({url: `grpc://${servers.map(({address}) => address).join(',')}`})
    // Both are connected to by then.
    while (engines.some(({counts}) => counts.calls === 0)) await stt.recognize(speech)
    const before = engines.map(({counts}) => counts.calls)
    for (let call = 0; call < 10; call++) await stt.recognize(speech)
    expect(engines.map(({counts}, index) => counts.calls - (before[index] ?? 0))).toEqual([5, 5])
    // One drains: its calls go to the other, and nobody notices.
    await servers[0]?.drain(AbortSignal.abort())
    for (let call = 0; call < 4; call++) expect((await stt.recognize(speech)).text).not.toBe('')
    await servers[0]?.close()
    for (let call = 0; call < 4; call++) expect((await stt.recognize(speech)).text).not.toBe('')
    await stt.close()
    await servers[1]?.close()
  })

  it('says which program has the port', async () => {
    const server = await sttServer(mockSpeechToText())
    await expect(sttServer(mockSpeechToText(), {port: server.port})).rejects.toMatchObject({
      code: 'PORT_IN_USE',
      message: `Port ${server.port} on 127.0.0.1 is taken by another program.`,
      suggestions: [`Choose another port: STT_PORT=${server.port + 1}`, expect.stringContaining('ss -ltnp')],
    })
    await expect(sttServer(mockSpeechToText(), {host: '203.0.113.7'})).rejects.toMatchObject({code: 'CONFIG_INVALID'})
    await server.close()
  })
})

describe('targetOf', () => {
  it.each([
    ['grpc://gpu-box', 'dns:///gpu-box:50052', false],
    ['grpc://gpu-box:9/', 'dns:///gpu-box:9', false],
    ['grpcs://stt.example.org:443', 'dns:///stt.example.org:443', true],
    ['grpc://10.0.0.1', 'ipv4:10.0.0.1:50052', false],
    ['grpc://10.0.0.1:1, 10.0.0.2:2', 'ipv4:10.0.0.1:1,10.0.0.2:2', false],
    ['grpc://[::1]:1,[::2]:2', 'ipv6:[::1]:1,[::2]:2', false],
  ])('%s', (url, target, secure) => {
    expect(targetOf(url, 'STT_URL', 50_052)).toEqual({target, secure})
  })

  it.each([
    '',
    'grpc://',
    'http://a',
    'grpc://a,b',
    'grpc://a:0',
    'grpc://a:70000',
    'grpc://10.0.0.1,[::1]',
    'grpc://a/b',
    'grpc://u:p@a',
  ])('refuses %j, and shows what is expected', url => {
    expect(() => targetOf(url, 'STT_URL', 50_052)).toThrow(expect.objectContaining({code: 'CONFIG_INVALID'}))
  })
})
