import type {Secret} from '@essence/core/kit/secret'
import {openRemoteRecognizer} from '@essence/core/stt/grpc/client'
import {type SpeechServerOptions, serveSpeechToText} from '@essence/core/stt/grpc/server'
import type {SpeechToText} from '@essence/core/stt/port'
import {openRemoteSynthesizer} from '@essence/core/tts/grpc/client'
import {serveTextToSpeech, type VoiceServerOptions} from '@essence/core/tts/grpc/server'
import type {TextToSpeech} from '@essence/core/tts/port'

const common = {
  host: '127.0.0.1',
  port: 0,
  version: '1.2.3',
  idleMs: 60_000,
  stallMs: 60_000,
}

/** A real server on loopback in front of a recogniser. */
export const sttServer = async (stt: SpeechToText, options: Partial<SpeechServerOptions> = {}) => {
  const server = await serveSpeechToText({
    ...common,
    variable: 'STT_PORT',
    sampleRate: 16_000,
    recognizer: () => stt,
    ...options,
  })
  await server.ready()
  return server
}

/** A real server on loopback in front of a synthesiser. */
export const ttsServer = async (tts: TextToSpeech, options: Partial<VoiceServerOptions> = {}) => {
  const server = await serveTextToSpeech({
    ...common,
    variable: 'TTS_PORT',
    sampleRate: 22_050,
    synthesizer: () => tts,
    ...options,
  })
  await server.ready()
  return server
}

/** An engine behind a server of its own, as its client sees it; closing it closes all three. */
export const overGrpc = {
  stt: async (stt: SpeechToText, key?: Secret): Promise<SpeechToText> => {
    const server = await sttServer(stt, {key})
    const client = await openRemoteRecognizer({url: server.url, key})
    const close = async () => {
      await client.close()
      await server.close()
      await stt.close()
    }
    return {...client, close}
  },
  tts: async (tts: TextToSpeech): Promise<TextToSpeech> => {
    const server = await ttsServer(tts)
    const client = await openRemoteSynthesizer({url: server.url})
    const close = async () => {
      await client.close()
      await server.close()
      await tts.close()
    }
    return {...client, close}
  },
}
