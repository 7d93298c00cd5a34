// The service with real engines, whose threads end in the middle of a call, and a voice whose model goes away.
import {renameSync, rmSync} from 'node:fs'
import {dirname} from 'node:path'
import {SynthesisRequest, TextToSpeechDefinition} from '@essence/core/rpc/generated/june/tts/tts'
import type {VoiceEngine} from '@essence/core/tts/engine'
import {openEspeak} from '@essence/core/tts/espeak/espeak'
import {voiceService as serviceName} from '@essence/core/tts/grpc/messages'
import {openPiper} from '@essence/core/tts/onnx/piper'
import {textToSpeech} from '@essence/core/tts/text-to-speech'
import {createChannel, createClient, Status} from 'nice-grpc'
import {expect, it} from 'vitest'
import {freePort} from '../../../test/kit/free-port.ts'
import {crashingDuring} from '../../../test/kit/process/thread-crash.ts'
import {watchHealth} from '../../../test/rpc/watch-health.ts'
import {engineServiceOf} from '../../../test/service/engine/open-service.ts'
import {writePiper} from '../../../test/tts/onnx/tiny-voices.ts'
import {synthesis} from '../src/kind.ts'

const served = async (openVoice: () => Promise<VoiceEngine>) => {
  const metricsPort = await freePort()
  const {service, health} = engineServiceOf(synthesis, async () => textToSpeech(await openVoice()), metricsPort)
  const {url = ''} = await service.start(new AbortController().signal, () => {})
  health.phase = 'ready'
  const address = url.replace('grpc://', '')
  const channel = createChannel(address)
  const client = createClient(TextToSpeechDefinition, channel)
  /** How many bytes of sound there are. */
  const atOnce = async (): Promise<number> =>
    (await client.synthesize({text: 'Hello there.', config: {encoding: 'pcm16'}})).audioData.length
  const streamed = async (): Promise<number> => {
    const one = async function* () {
      yield SynthesisRequest.fromPartial({text: 'Hello there.', config: {encoding: 'pcm16', wholeText: true}})
    }
    let bytes = 0
    for await (const {audioData} of client.synthesizeStream(one())) bytes += audioData.length
    return bytes
  }
  const httpHealth = async () => {
    const response = await fetch(`http://127.0.0.1:${metricsPort}/health`)
    return {status: response.status, body: await response.json()}
  }
  const close = async (): Promise<void> => {
    channel.close()
    await service.close()
  }
  return {health, address, client, atOnce, streamed, httpHealth, [Symbol.asyncDispose]: close}
}

const failure = (code: string) => ({
  code: Status.INTERNAL,
  details: `The service cannot do this now (${code}); its log says why.`,
})

it.each([
  ['espeak-ng', 'speak', () => openEspeak()],
  ['a neural voice', 'run', async () => openPiper({modelPath: await writePiper('tones'), threads: 1})],
])('a thread of %s that ends while it is asked to %s fails one call, and the next is spoken', async (_, call, open) => {
  await using service = await served(open)
  for (const rpc of [service.atOnce, service.streamed]) {
    const whole = await rpc()
    expect(whole).toBeGreaterThan(10_000)
    await expect(crashingDuring(call, rpc)).rejects.toMatchObject(failure('ENGINE_FAILED'))
    // espeak-ng speaks a sample more or less.
    expect(Math.abs((await rpc()) - whole)).toBeLessThan(whole / 100)
    await expect.poll(() => service.health.report().status).toBe('healthy')
  }
})

it('says why it cannot speak while the model of its voice is gone, and speaks when that is back', async () => {
  const modelPath = await writePiper('tones')
  await using service = await served(() => openPiper({modelPath, threads: 1}))
  const {address, client, atOnce, httpHealth} = service
  using watched = watchHealth(address, serviceName)
  await watched.until('SERVING')
  renameSync(modelPath, `${modelPath}.away`)
  await expect(crashingDuring('run', atOnce)).rejects.toMatchObject(failure('ENGINE_FAILED'))
  await watched.until('NOT_SERVING')
  expect(await httpHealth()).toMatchObject({
    status: 503,
    body: {status: 'unhealthy', ready: false, checks: {engine: {detail: expect.stringContaining(modelPath)}}},
  })
  expect((await client.healthCheck({})).healthy).toBe(false)
  await expect(atOnce()).rejects.toMatchObject(failure('MODEL_MISSING'))

  renameSync(`${modelPath}.away`, modelPath)
  await watched.until('SERVING')
  expect(await atOnce()).toBeGreaterThan(10_000)
  expect(await httpHealth()).toMatchObject({status: 200, body: {status: 'healthy'}})
  expect((await client.healthCheck({})).healthy).toBe(true)
  rmSync(dirname(modelPath), {recursive: true})
})
