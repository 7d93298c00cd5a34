import {patientRecognizer, patientSynthesizer} from '@essence/core/engines/remote/patience'
import {EssenceError} from '@essence/core/kit/errors'
import {openRemoteRecognizer} from '@essence/core/stt/grpc/client'
import {mockSpeechToText} from '@essence/core/stt/mock'
import {openRemoteSynthesizer} from '@essence/core/tts/grpc/client'
import {openMockTextToSpeech} from '@essence/core/tts/mock'
import {expect, it} from 'vitest'
import {sttServer, ttsServer} from '../rpc/serve.ts'
import {bursts} from '../stt/bursts.ts'

it('a recording is heard by the service that comes back', async () => {
  const first = await sttServer(mockSpeechToText())
  const stt = patientRecognizer(await openRemoteRecognizer({url: first.url}))
  await first.close()
  const hearing = stt.recognize(bursts(1))
  const second = await sttServer(mockSpeechToText(), {port: first.port})
  expect((await hearing).text).not.toBe('')
  await stt.close()
  await second.close()
})

it('a text is spoken by the service that comes back, once', async () => {
  const first = await ttsServer(await openMockTextToSpeech())
  const tts = patientSynthesizer(await openRemoteSynthesizer({url: first.url}))
  const whole = async (): Promise<number> => {
    let length = 0
    for await (const {pcm} of tts.synthesize('Hello there.')) length += pcm.length
    return length
  }
  const usual = await whole()
  await first.close()
  const speaking = whole()
  const second = await ttsServer(await openMockTextToSpeech(), {port: first.port})
  expect(await speaking).toBe(usual)
  await tts.close()
  await second.close()
})

it('what does not come back is told after a while, what is wrong for good at once, and an abort ends the wait', async () => {
  let calls = 0
  const failing = (code: 'REMOTE_UNREACHABLE' | 'USAGE') => ({
    ...mockSpeechToText(),
    recognize: async () => {
      calls++
      throw new EssenceError(code, 'away')
    },
  })
  await expect(patientRecognizer(failing('REMOTE_UNREACHABLE'), 300).recognize(bursts(1))).rejects.toMatchObject({
    code: 'REMOTE_UNREACHABLE',
  })
  expect(calls).toBeGreaterThan(1)
  calls = 0
  await expect(patientRecognizer(failing('USAGE')).recognize(bursts(1))).rejects.toMatchObject({code: 'USAGE'})
  expect(calls).toBe(1)
  const waiting = patientRecognizer(failing('REMOTE_UNREACHABLE')).recognize(bursts(1), {
    signal: AbortSignal.timeout(200),
  })
  await expect(waiting).rejects.toMatchObject({code: 'CANCELLED'})
})
