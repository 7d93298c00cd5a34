// Calls of the services, and what comes of them.
import {toPcm16} from '@essence/core/audio/pcm'
import {AudioChunk, SpeechToTextDefinition} from '@essence/core/rpc/generated/june/asr/asr'
import {mockSpeechToText} from '@essence/core/stt/mock'
import type {SpeechToText} from '@essence/core/stt/port'
import {ClientError, createChannel, createClient} from 'nice-grpc'
import {expect} from 'vitest'
import {bursts} from '../stt/bursts.ts'
import {sttServer} from './serve.ts'

/** A recogniser behind gRPC, and a client of it. */
export const open = async (stt: SpeechToText, options: Parameters<typeof sttServer>[1] = {}) => {
  const server = await sttServer(stt, options)
  const channel = createChannel(server.address, undefined, {'grpc.max_send_message_length': -1})
  const client = createClient(SpeechToTextDefinition, channel)
  const close = async () => {
    channel.close()
    await server.close()
  }
  return {server, client, close}
}

/** The status of a call that fails. */
export const failureOf = async (call: Promise<unknown>): Promise<ClientError> => {
  const error = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  expect(error).toBeInstanceOf(ClientError)
  return error as ClientError
}

/** Bytes in pieces of a size, at least one. */
export async function* chunksOf(bytes: Uint8Array, size: number, first: Partial<AudioChunk> = {}) {
  for (let at = 0; at === 0 || at < bytes.length; at += size) {
    const audioData = Buffer.from(bytes.subarray(at, at + size))
    yield AudioChunk.fromPartial(at === 0 ? {...first, audioData} : {audioData})
  }
}

/** What takes for speech, 16 kHz. */
export const speech = bursts(3)
export const pcm = toPcm16(speech)

/** A recogniser that hears nothing before `go`. */
export const gated = () => {
  const {promise: opened, resolve: go} = Promise.withResolvers<void>()
  const {promise: began, resolve: begin} = Promise.withResolvers<void>()
  const stt = scripted(async audio => {
    begin()
    await opened
    return mockSpeechToText().recognize(audio)
  })
  return {stt, began, go}
}

/** A recogniser that does what is given. */
export const scripted = (recognize: SpeechToText['recognize'], more: Partial<SpeechToText> = {}): SpeechToText => ({
  ...mockSpeechToText(),
  recognize,
  ...more,
})
