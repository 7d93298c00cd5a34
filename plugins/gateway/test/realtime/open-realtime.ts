import {connect as connectTcp} from 'node:net'
import {toPcm16} from '@essence/core/audio/pcm'
import {silenceAlone} from '@essence/core/conversation/end-of-turn/silence'
import type {Listening} from '@essence/core/engines/listening'
import type {Engines} from '@essence/core/engines/open'
import {mockLlm} from '@essence/core/llm/mock'
import {frameSamples} from '@essence/core/stt/vad/vad'
import OpenAI from 'openai'
import {OpenAIRealtimeWS} from 'openai/realtime/ws'
import {scriptedEngines} from '../../../../test/engines/scripted.ts'
import type {GatewayOptions} from '../../src/service-options.ts'
import {openGateway} from '../open-gateway.ts'
import {connect, connected} from '../seed/seed-gateway.ts'

/** Listens by loudness alone: what is loud is speech, and who is silent is done. */
export const loudListening = (): Listening => ({
  vad: {
    description: 'loudness',
    neural: false,
    begin: () => ({
      probabilities: async audio =>
        Float32Array.from({length: audio.length / frameSamples}, (_, at) =>
          audio.subarray(at * frameSamples, (at + 1) * frameSamples).some(sample => Math.abs(sample) > 0.1) ? 1 : 0,
        ),
    }),
    close: async () => {},
  },
  endOfTurn: silenceAlone('a test'),
  close: async () => {},
})

/** The engines of a script, with a mock of the bare model. */
export const realtimeEngines = (script: Parameters<typeof scriptedEngines>[0] = {}, model = mockLlm()) =>
  Object.assign(scriptedEngines(script), {model})

/** The same, with a voice that takes 100 ms for a word. */
export const slowlySpoken = (...given: Parameters<typeof realtimeEngines>) => {
  const engines = realtimeEngines(...given)
  engines.tts.synthesize = async function* (text) {
    const words = text.match(/\S+/g)?.length ?? 0
    yield {pcm: Float32Array.from({length: words * 1600}, (_, n) => 0.3 * Math.sin(n / 5)), sampleRate: 16_000}
  }
  return engines
}

/** A gateway with live conversations. */
export const openRealtime = (engines: Engines = realtimeEngines(), options: Partial<GatewayOptions> = {}) =>
  openGateway(engines, {openListening: async () => loudListening(), ...options})

/** A plain client of the route, once it is open. */
export const join = (address: string, query = '', headers: Record<string, string> = {}) =>
  connected(address, `/v1/realtime${query}`, headers)

/** The status that a client is refused with. */
export const refusedWith = (address: string, query: string, headers: Record<string, string> = {}) =>
  connect(address, `/v1/realtime${query}`, headers).refused

/** OpenAI's own client. It insists on TLS, unless it is given the connection. @param query of the address: `?session=…` */
export const openaiClient = async (address: string, model = 'june', query = '') => {
  const client = new OpenAI({apiKey: 'any', baseURL: `${address}/v1${query}`})
  const createConnection = () => connectTcp({host: '127.0.0.1', port: Number(new URL(address).port)})
  const realtime = new OpenAIRealtimeWS({model, options: {createConnection}}, client)
  await new Promise((resolve, reject) => realtime.socket.once('open', resolve).once('error', reject))
  return realtime
}

/** Sound of 24 kHz in base64: a tone, which counts as speech, or silence. */
export const sound = (ms: number, level = 0.5): string =>
  toPcm16(Float32Array.from({length: ms * 24}, (_, n) => level * Math.sin(n / 10))).toString('base64')

export const append = (ms: number, level?: number) => ({type: 'input_audio_buffer.append', audio: sound(ms, level)})

/** Somebody speaks, and is silent. */
export const speech = [append(600), append(1000, 0)]

export const written = (text: string) => ({
  type: 'conversation.item.create',
  item: {type: 'message', role: 'user', content: [{type: 'input_text', text}]},
})

export const typesOf = (messages: readonly {type: string}[]): string[] => messages.map(({type}) => type)
