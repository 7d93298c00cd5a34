import {once} from 'node:events'
import {type IncomingMessage, request} from 'node:http'
import {encodeToBytes} from '@essence/core/audio/encode/encode'
import WebSocket from 'ws'
import {compare, median, quantile} from '../harness.ts'
import {codedSamples} from './engines.ts'
import {startServer} from './protocol.ts'

const goalMs = 60
const utteranceMs = 3000

async function* utterance() {
  yield {pcm: Float32Array.from(codedSamples(1, utteranceMs), sample => sample / 32_768), sampleRate: 16_000}
}

/** ms of decoding, as the turns themselves say. */
const decodings: number[] = []

/** ms from the last byte of a recording to the first line of speech. */
const byPost = async (address: string, type: string, bytes: Uint8Array): Promise<number> => {
  const asked = request(`${address}/api/turn`, {method: 'POST', headers: {'content-type': type}})
  const response = once(asked, 'response')
  // All but the end, as it comes while somebody speaks.
  asked.write(bytes.subarray(0, -100))
  await new Promise(resolve => setTimeout(resolve, 5))
  asked.end(bytes.subarray(-100))
  const sent = performance.now()
  const [answer] = (await response) as [IncomingMessage]
  let text = ''
  let ms = Number.NaN
  for await (const part of answer) {
    text += part
    if (Number.isNaN(ms) && text.includes('"type":"speech"')) ms = performance.now() - sent
  }
  decodings.push(Number(/"decodeMs":(\d+)/.exec(text)?.[1]))
  return ms
}

/** The same in frames of a WebSocket. */
const bySocket = async (socket: WebSocket, bytes: Uint8Array): Promise<number> => {
  socket.send(JSON.stringify({type: 'audio_start', stream: true}))
  for (let at = 0; at < bytes.length; at += 3200) socket.send(bytes.subarray(at, at + 3200))
  await new Promise(resolve => setTimeout(resolve, 5))
  socket.send(JSON.stringify({type: 'audio_end'}))
  const sent = performance.now()
  const {promise, resolve, reject} = Promise.withResolvers<number>()
  let ms = Number.NaN
  const hear = (data: WebSocket.RawData): void => {
    const {type} = JSON.parse(String(data))
    if (type === 'audio_response' && Number.isNaN(ms)) ms = performance.now() - sent
    if (type === 'response') resolve(ms)
    if (type === 'error') reject(new Error(String(data)))
  }
  socket.on('message', hear)
  return promise.finally(() => socket.off('message', hear))
}

/** A voice turn over engines that answer at once: what is left is the gateway, decoding included. */
export const turns = async (rounds: number): Promise<void> => {
  const server = await startServer({kind: 'gateway'})
  const socket = new WebSocket(`${server.address.replace('http', 'ws')}/ws/anna`)
  await once(socket, 'open')
  const wav = await encodeToBytes(utterance(), 'wav')
  const ogg = await encodeToBytes(utterance(), 'ogg')
  const ways: [string, () => Promise<number>][] = [
    ['POST /api/turn, WAV', () => byPost(server.address, 'audio/wav', wav)],
    ['POST /api/turn, OGG/Opus', () => byPost(server.address, 'audio/ogg', ogg)],
    ['WebSocket, WAV', () => bySocket(socket, wav)],
    ['WebSocket, OGG/Opus', () => bySocket(socket, ogg)],
  ]
  const figures = new Map<string, number[]>(ways.map(([name]) => [name, []]))
  // The first ones warm up.
  for (let round = -5; round < rounds; round++) {
    for (const [name, turn] of ways) {
      const ms = await turn()
      if (round >= 0) figures.get(name)?.push(ms)
    }
  }
  for (const [name, ms] of figures) {
    console.log(
      `${name}, ${utteranceMs / 1000} s: median ${median(ms).toFixed(1)} ms from the last byte to the first speech`,
    )
    compare('  p95', quantile(ms, 0.95), {atMost: goalMs, unit: 'ms', digits: 1})
  }
  console.log(`of it decoding, in a process of its own: median ${median(decodings).toFixed(0)} ms`)
  socket.terminate()
  await server.close()
}
