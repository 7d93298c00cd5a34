// The service with its real engine, whose threads end in the middle of a call, and whose model goes away.

import {renameSync} from 'node:fs'
import {toPcm16} from '@essence/core/audio/pcm'
import {openSpeechEngine} from '@essence/core/engines/speech-engine'
import {AudioChunk, SpeechToTextDefinition} from '@essence/core/rpc/generated/june/asr/asr'
import {speechService as serviceName} from '@essence/core/stt/grpc/messages'
import {asJuneNano, juneNanoPath} from '@essence/core/stt/june-nano'
import {speechToText} from '@essence/core/stt/recognizer'
import {openSilero, packagedSileroPath} from '@essence/core/stt/vad/silero'
import {type Channel, createChannel, createClient, Status} from 'nice-grpc'
import {afterAll, beforeAll, expect, it} from 'vitest'
import {freePort} from '../../../test/kit/free-port.ts'
import {crashingDuring} from '../../../test/kit/process/thread-crash.ts'
import {watchHealth} from '../../../test/rpc/watch-health.ts'
import {engineServiceOf} from '../../../test/service/engine/open-service.ts'
import {spoken} from '../../../test/stt/spoken.ts'
import {temporaryFolder} from '../../../test/temporary-folder.ts'
import {recognition} from '../src/kind.ts'

const sentence = 'please remind me to call my mother tomorrow'
const folder = temporaryFolder()
let opened: ReturnType<typeof engineServiceOf>
let channel: Channel
let modelPath = ''
let httpUrl = ''
let address = ''
let request: AudioChunk = AudioChunk.fromPartial({})

beforeAll(async () => {
  modelPath = await juneNanoPath(folder)
  const metricsPort = await freePort()
  httpUrl = `http://127.0.0.1:${metricsPort}`
  const openEngine = async () => {
    const engine = asJuneNano(await openSpeechEngine({modelPath, device: {backend: 'cpu'}, threads: 1}))
    return speechToText(engine, {vad: await openSilero(packagedSileroPath())})
  }
  opened = engineServiceOf(recognition, openEngine, metricsPort)
  const {url = ''} = await opened.service.start(new AbortController().signal, () => {})
  opened.health.phase = 'ready'
  address = url.replace('grpc://', '')
  channel = createChannel(address)
  const [speech = new Float32Array()] = await spoken([sentence])
  request = AudioChunk.fromPartial({audioData: Buffer.from(toPcm16(speech)), encoding: 'pcm', sampleRate: 16_000})
})
afterAll(async () => {
  channel?.close()
  await opened?.service.close()
})

const client = () => createClient(SpeechToTextDefinition, channel)
const atOnce = async (): Promise<string> =>
  (await client().recognize(request)).results.map(({transcript}) => transcript).join(' ')
const streamed = async (): Promise<string> => {
  const one = async function* () {
    yield request
  }
  const heard: string[] = []
  for await (const {transcript} of client().recognizeStream(one())) heard.push(transcript)
  return heard.join(' ')
}
const failure = (code: string) => ({
  code: Status.INTERNAL,
  details: `The service cannot do this now (${code}); its log says why.`,
})
const httpHealth = async () => {
  const response = await fetch(`${httpUrl}/health`)
  return {status: response.status, body: await response.json()}
}

it.each([
  ['the recogniser', 'transcribe', 'Recognize', atOnce],
  ['the recogniser', 'transcribe', 'RecognizeStream', streamed],
  ['the speech detector', 'judge', 'Recognize', atOnce],
  ['the speech detector', 'judge', 'RecognizeStream', streamed],
])('a thread of %s that ends while it is asked to %s fails one %s, and the next is heard', async (_, call, __, rpc) => {
  expect(await rpc()).toBe(sentence)
  await expect(crashingDuring(call, rpc)).rejects.toMatchObject(failure('ENGINE_FAILED'))
  expect(await rpc()).toBe(sentence)
  await expect.poll(() => opened.health.report().status).toBe('healthy')
})

it('says why it cannot work while its model is gone, and works when that is back', async () => {
  using watched = watchHealth(address, serviceName)
  await watched.until('SERVING')
  renameSync(modelPath, `${modelPath}.away`)
  // It is in memory: nothing happens until it has to be loaded again.
  expect(await atOnce()).toBe(sentence)
  await expect(crashingDuring('transcribe', atOnce)).rejects.toMatchObject(failure('ENGINE_FAILED'))
  await watched.until('NOT_SERVING')
  expect(await httpHealth()).toMatchObject({
    status: 503,
    body: {
      status: 'unhealthy',
      live: true,
      ready: false,
      checks: {engine: {detail: expect.stringContaining(modelPath)}},
    },
  })
  expect((await client().healthCheck({})).healthy).toBe(false)
  await expect(atOnce()).rejects.toMatchObject(failure('MODEL_MISSING'))

  renameSync(`${modelPath}.away`, modelPath)
  await watched.until('SERVING')
  expect(await atOnce()).toBe(sentence)
  expect(await httpHealth()).toMatchObject({status: 200, body: {status: 'healthy', checks: {engine: {}}}})
  expect((await client().healthCheck({})).healthy).toBe(true)
})
