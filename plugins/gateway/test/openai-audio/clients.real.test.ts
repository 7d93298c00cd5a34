// What programs people have send, as their sources say (docs/clients.md): the same fields in the same order.
import {readAudio} from '@essence/core/audio/decode/decode'
import {encodeToBytes} from '@essence/core/audio/encode/encode'
import {openMockTextToSpeech} from '@essence/core/tts/mock'
import {toFile} from 'openai'
import {describe, expect, it} from 'vitest'
import {chunked, sine} from '../../../../test/audio/sounds.ts'
import {scriptedEngines} from '../../../../test/engines/scripted.ts'
import {openClient} from '../openai/client.ts'

/** Hears "hello june" in all, speaks in tones. */
const engines = async () => ({...scriptedEngines(), tts: await openMockTextToSpeech()})
const wav = await encodeToBytes(chunked(sine(300, 1), 16_000), 'wav')
const webm = await encodeToBytes(chunked(sine(300, 1), 16_000), 'ogg')

const secondsOf = async (response: Response): Promise<number> =>
  (await readAudio({bytes: new Uint8Array(await response.arrayBuffer())})).length / 16_000

/** Python's `requests` and httpx: fields and files in the order given; fields have no file name. */
const postForm = async (address: string, parts: [string, string | File][], headers: Record<string, string>) => {
  const form = new FormData()
  for (const [name, value] of parts) form.append(name, value)
  return fetch(`${address}/v1/audio/transcriptions`, {method: 'POST', headers, body: form})
}

const postJson = (address: string, body: object, headers: Record<string, string> = {}) =>
  fetch(`${address}/v1/audio/speech`, {
    method: 'POST',
    headers: {'content-type': 'application/json', ...headers},
    body: JSON.stringify(body),
  })

describe('Open WebUI', () => {
  it('has its answers read aloud', async () => {
    await using opened = await openClient(await engines())
    const user = {'X-OpenWebUI-User-Name': 'Anna', 'X-OpenWebUI-User-Id': '1', authorization: 'Bearer sk-any'}
    const body = {input: 'Good morning, Anna.', voice: 'alloy', model: 'tts-1'}
    const response = await postJson(opened.gateway.address, body, user)
    expect(response.headers.get('content-type')).toBe('audio/mpeg')
    expect(await secondsOf(response)).toBeGreaterThan(1)
  })

  it('has recordings transcribed: with a language, and once more without where that fails', async () => {
    await using opened = await openClient(await engines())
    const recording = new File([Buffer.from(webm)], 'f3a0c0de.webm')
    const bearer = {authorization: 'Bearer sk-any'}
    const {address} = opened.gateway
    const named: [string, string | File][] = [
      ['model', 'whisper-1'],
      ['language', 'en'],
      ['file', recording],
    ]
    expect(await (await postForm(address, named, bearer)).json()).toMatchObject({text: 'hello june'})
    const unnamed: [string, string | File][] = [
      ['model', 'whisper-1'],
      ['file', recording],
    ]
    expect(await (await postForm(address, unnamed, bearer)).json()).toMatchObject({text: 'hello june'})
  })

  it('finds the voices and models to choose from', async () => {
    await using opened = await openClient(await engines())
    const listed = async (what: string) => (await fetch(`${opened.gateway.address}/v1/audio/${what}`)).json()
    const voices = [
      {id: 'mock-low', name: 'Low tones (en)'},
      {id: 'alloy', name: 'alloy'},
    ]
    expect(await listed('voices')).toEqual({voices: expect.arrayContaining(voices)})
    const models = ['tones', 'tts-1', 'tts-1-hd', 'gpt-4o-mini-tts'].map(id => ({id}))
    expect(await listed('models')).toEqual({models})
  })
})

describe('Home Assistant, openai_conversation', () => {
  it('hears', async () => {
    await using opened = await openClient(await engines())
    const {text} = await opened.client.audio.transcriptions.create({
      model: 'gpt-4o-mini-transcribe',
      file: await toFile(wav, 'a.wav'),
      response_format: 'json',
      language: 'en',
      prompt: 'The following conversation is a smart home user talking to Home Assistant.',
    })
    expect(text).toBe('hello june')
  })

  it('speaks, in each format it may prefer', async () => {
    await using opened = await openClient(await engines())
    for (const response_format of ['mp3', 'opus', 'aac', 'flac', 'wav'] as const) {
      const response = await opened.client.audio.speech.create({
        ...{model: 'gpt-4o-mini-tts', voice: 'marin', input: 'The lights are on.', speed: 1, response_format},
        // As Python writes that there are none.
        instructions: 'None',
      })
      expect(await secondsOf(response)).toBeGreaterThan(0.8)
    }
  })
})

describe('Home Assistant, the OpenAI STT and TTS integrations', () => {
  it('hear: openai_stt', async () => {
    await using opened = await openClient(await engines())
    const parts: [string, string | File][] = [
      ['file', new File([Buffer.from(wav)], 'whisper_audio.wav', {type: 'audio/wav'})],
      ...Object.entries({
        model: 'gpt-4o-mini-transcribe',
        language: 'en',
        prompt: '',
        temperature: '0',
        response_format: 'json',
      }),
    ]
    const response = await postForm(opened.gateway.address, parts, {authorization: 'Bearer sk-any'})
    expect(await response.json()).toMatchObject({text: 'hello june'})
  })

  it('speak: openai_tts, whole and as a stream of Opus', async () => {
    await using opened = await openClient(await engines())
    const agent = {'user-agent': 'HomeAssistant-OpenAI-TTS'}
    const body = {model: 'tts-1', input: 'The door is open.', voice: 'shimmer', speed: 1.0}
    for (const response_format of ['mp3', 'opus', 'wav']) {
      const response = await postJson(opened.gateway.address, {...body, response_format}, agent)
      expect(response.status).toBe(200)
      expect(await secondsOf(response)).toBeGreaterThan(0.8)
    }
    const more = {...body, response_format: 'mp3', instructions: 'Calm, please.', chunk_size: 4096}
    expect((await postJson(opened.gateway.address, more, agent)).status).toBe(200)
  })
})
