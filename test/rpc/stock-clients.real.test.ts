// Stock gRPC clients, Python's and Node's, with nothing but the plain protos, call every RPC of both services.

import {execFile, spawnSync} from 'node:child_process'
import {mkdirSync, readFileSync, writeFileSync} from 'node:fs'
import {join, resolve} from 'node:path'
import {promisify} from 'node:util'
import {encodeToBytes} from '@essence/core/audio/encode/encode'
import {toPcm16} from '@essence/core/audio/pcm'
import type {RpcServer} from '@essence/core/rpc/server'
import {openEspeak} from '@essence/core/tts/espeak/espeak'
import {textToSpeech} from '@essence/core/tts/text-to-speech'
import {credentials, loadPackageDefinition, type ServiceClientConstructor} from '@grpc/grpc-js'
import {loadSync} from '@grpc/proto-loader'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {openNano} from '../stt/nano.ts'
import {spoken} from '../stt/spoken.ts'
import {temporaryFolder} from '../temporary-folder.ts'
import {sttServer, ttsServer} from './serve.ts'

const protos = resolve(import.meta.dirname, '../../proto')
const folder = temporaryFolder()
const sentence = 'The quick brown fox jumps over the lazy dog.'
/** Debian's Python, which has Debian's grpc; another one first in PATH may not. */
const python = ['/usr/bin/python3', 'python3'].find(
  program => spawnSync(program, ['-c', 'import grpc, google.protobuf'], {stdio: 'ignore'}).status === 0,
)
const hasProtoc = spawnSync('protoc', ['--version'], {stdio: 'ignore'}).error === undefined

let [stt, tts]: (RpcServer | undefined)[] = []
let ogg: Uint8Array = new Uint8Array()
let pcm: Uint8Array = new Uint8Array()
const closings: (() => Promise<void>)[] = []

beforeAll(async () => {
  const [recognizer, synthesizer] = [await openNano(folder), textToSpeech(await openEspeak())]
  stt = await sttServer(recognizer)
  tts = await ttsServer(synthesizer)
  closings.push(stt.close, tts.close, recognizer.close, synthesizer.close)
  const [speech = new Float32Array()] = await spoken([sentence])
  pcm = toPcm16(speech)
  ogg = await encodeToBytes(
    (async function* () {
      yield {pcm: speech, sampleRate: 16_000}
    })(),
    'ogg',
  )
})
afterAll(async () => {
  for (const close of closings) await close()
})

const fox = /quick brown fox/i

describe.skipIf(!python || !hasProtoc)(
  `Python's stock client${python && hasProtoc ? '' : ' (skipped: python3-grpcio, python3-protobuf and protoc are not here)'}`,
  () => {
    it('calls every RPC, health and reflection, and is told what is wrong', async () => {
      const made = join(folder, 'pb2')
      mkdirSync(made)
      const names = ['june/asr/asr.proto', 'june/tts/tts.proto', 'grpc/health/v1/health.proto']
      expect(spawnSync('protoc', ['-I', protos, `--python_out=${made}`, ...names]).status).toBe(0)
      const [pcmFile, oggFile] = [join(folder, 'speech.pcm'), join(folder, 'speech.ogg')]
      writeFileSync(pcmFile, pcm)
      writeFileSync(oggFile, ogg)
      const script = join(import.meta.dirname, 'stock/call.py')
      const args = [script, made, stt?.address ?? '', tts?.address ?? '', pcmFile, oggFile]
      const {stdout} = await promisify(execFile)(python ?? '', args)
      const told = JSON.parse(stdout)
      expect(told).toMatchObject({
        sttHealthy: true,
        ttsHealthy: true,
        recognized: [expect.stringMatching(fox)],
        standardHealth: 1,
        reflection: true,
        wrongLabel: ['INVALID_ARGUMENT', 'The encoding was said to be mp3, but the bytes are OGG.'],
        spoken: ['pcm16', 22_050, expect.any(Number), expect.any(Number)],
        final: true,
      })
      expect(told.streamed.join(' ')).toMatch(fox)
      const [, rate, durationMs, bytes] = told.spoken
      expect(bytes / 2 / rate).toBeCloseTo(durationMs / 1000, 2)
      expect(told.voices).toBeGreaterThan(0)
      expect(told.streamedBytes).toBeGreaterThan(22_050)
    })
  },
)

type Callback = (error: (Error & {code: number; details: string}) | null, answer: Record<string, unknown>) => void

describe("Node's stock client", () => {
  const load = (file: string, service: string, address: string) => {
    const definition = loadPackageDefinition(loadSync(file, {includeDirs: [protos], keepCase: true, longs: Number}))
    const [, , name = ''] = service.split('.')
    const home = service
      .split('.')
      .slice(0, 2)
      .reduce<unknown>((at, part) => (at as Record<string, unknown>)[part], definition)
    const Client = (home as Record<string, ServiceClientConstructor>)[name] as ServiceClientConstructor
    const client = new Client(address, credentials.createInsecure())
    const unary = (method: string, request: object): Promise<Record<string, unknown>> =>
      new Promise((done, fail) => {
        const call = client[method] as unknown as (request: object, callback: Callback) => void
        call.call(client, request, (error, answer) => (error ? fail(error) : done(answer)))
      })
    const stream = async (method: string, requests: object[]): Promise<Record<string, unknown>[]> => {
      const call = (
        client[method] as unknown as () => NodeJS.ReadWriteStream & AsyncIterable<Record<string, unknown>>
      ).call(client)
      for (const request of requests) (call.write as unknown as (request: object) => void).call(call, request)
      call.end()
      const answers: Record<string, unknown>[] = []
      for await (const answer of call as AsyncIterable<Record<string, unknown>>) answers.push(answer)
      return answers
    }
    return {unary, stream, close: () => client.close()}
  }

  it('recognises, at once and as a stream', async () => {
    const client = load('june/asr/asr.proto', 'june.asr.SpeechToText', stt?.address ?? '')
    expect(await client.unary('HealthCheck', {})).toMatchObject({healthy: true, version: '1.2.3'})
    const {results} = await client.unary('Recognize', {audio_data: Buffer.from(ogg)})
    expect((results as {transcript: string}[])[0]?.transcript).toMatch(fox)
    const streamed = await client.stream('RecognizeStream', [
      {
        audio_data: Buffer.from(pcm),
        sample_rate: 16_000,
        encoding: 'pcm',
        config: {language: 'en', interim_results: true},
      },
    ])
    expect(
      streamed
        .filter(one => one['is_final'])
        .map(one => one['transcript'])
        .join(' '),
    ).toMatch(fox)
    client.close()
  })

  it('speaks, at once and as a stream, and lists the voices', async () => {
    const client = load('june/tts/tts.proto', 'june.tts.TextToSpeech', tts?.address ?? '')
    const {voices} = await client.unary('ListVoices', {})
    expect((voices as unknown[]).length).toBeGreaterThan(0)
    const wav = await client.unary('Synthesize', {text: 'Hello.', config: {encoding: 'wav', sample_rate: 16_000}})
    const bytes = wav['audio_data'] as Buffer
    expect(bytes.toString('latin1', 0, 4)).toBe('RIFF')
    expect(bytes.readUInt32LE(24)).toBe(16_000)
    expect(bytes.readUInt32LE(40)).toBe(bytes.length - 44)
    const opus = await client.stream('SynthesizeStream', [
      {text: 'Hello. And good', config: {encoding: 'opus'}},
      {text: ' bye.'},
    ])
    expect(String(opus[0]?.['audio_data'])).toMatch(/^OggS/)
    expect(opus.at(-1)).toMatchObject({is_final: true})
    client.close()
  })

  it('lives with the protos of June’s first version: what it does not know, it does not see', async () => {
    const old = join(folder, 'old.proto')
    const fields = (message: string, most: number, text: string): string =>
      text.replace(new RegExp(`message ${message} \\{[^}]*\\}`), block =>
        block.replaceAll(/^.*= (\d+);$/gm, (line, number) => (Number(number) > most ? '' : line)),
      )
    let text = readFileSync(join(protos, 'june/asr/asr.proto'), 'utf8')
    for (const [message, most] of [
      ['AudioChunk', 5],
      ['RecognitionRequest', 4],
      ['RecognitionConfig', 5],
      ['RecognitionResult', 7],
      ['RecognitionResponse', 2],
      ['HealthResponse', 3],
    ] as const) {
      text = fields(message, most, text)
    }
    writeFileSync(old, text)
    const client = load(old, 'june.asr.SpeechToText', stt?.address ?? '')
    const health = await client.unary('HealthCheck', {})
    expect(Object.keys(health)).toEqual(['healthy', 'version', 'model_name'])
    const streamed = await client.stream('RecognizeStream', [
      {audio_data: Buffer.from(pcm), sample_rate: 16_000, encoding: 'pcm'},
    ])
    // No event without words, which it would take for an empty transcript.
    expect(streamed.every(one => one['is_final'])).toBe(true)
    expect(streamed.map(one => one['transcript']).join(' ')).toMatch(fox)
    client.close()
  })
})
