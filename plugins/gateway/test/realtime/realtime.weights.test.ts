// Spoken conversations on published weights, with recordings of people: OpenAI's own clients talk, June and the bare model answer.
import {setTimeout as delay} from 'node:timers/promises'
import {toPcm16} from '@essence/core/audio/pcm'
import {OpenAIRealtimeWebSocket, RealtimeAgent, RealtimeSession} from '@openai/agents-realtime'
import {afterAll, beforeAll, expect, it} from 'vitest'
import {bareModel, missing, openWeights, recorded} from './on-weights.ts'
import {openaiClient} from './open-realtime.ts'

let weights: Awaited<ReturnType<typeof openWeights>>
beforeAll(async () => {
  if (!missing) weights = await openWeights(30)
}, 240_000)
afterAll(() => weights?.close())

const opened = () => weights.openGateway()

/** What people say in the recordings, as much of it as any recogniser gets right. */
const recordings = [
  ['lj/LJ001-0002.flac', /comparatively modern/i],
  ['lj/LJ001-0008.flac', /never been surpassed/i],
  ['lj/LJ001-0002.flac', /comparatively modern/i],
] as const

const pieceMs = 100

/** A microphone: what is said, and then silence, as it is heard, until it is enough. */
const speak = async (name: string, send: (piece: Buffer) => void, enough: Promise<unknown>): Promise<void> => {
  const said = toPcm16(await recorded(name))
  let isOver = false
  void enough.then(() => {
    isOver = true
  })
  const piece = pieceMs * 48
  for (let at = 0; !isOver; at += piece) {
    send(at < said.length ? said.subarray(at, at + piece) : Buffer.alloc(piece))
    await delay(pieceMs)
  }
}

it.skipIf(missing)(
  `the openai package speaks with June for three turns${missing}`,
  async () => {
    await using gateway = await opened()
    const client = await openaiClient(gateway.address)
    const heard: string[] = []
    const said: string[] = []
    let bytes = 0
    client.on('conversation.item.input_audio_transcription.completed', ({transcript}) => heard.push(transcript))
    client.on('response.output_audio.delta', ({delta}) => {
      bytes += Buffer.from(delta, 'base64').length
    })
    client.on('response.output_audio_transcript.done', ({transcript}) => said.push(transcript))
    for (const [name] of recordings) {
      const done = new Promise((resolve, reject) => {
        client.once('response.done', ({response}) => resolve(response.status))
        client.once('error', reject)
      })
      await speak(
        name,
        piece => client.send({type: 'input_audio_buffer.append', audio: piece.toString('base64')}),
        done,
      )
      // A small model knows no end; its tokens have one.
      expect(await done).toMatch(/^(?:in)?complete/)
    }
    for (const [at, [, words]] of recordings.entries()) expect(heard[at]).toMatch(words)
    expect(said).toHaveLength(3)
    expect(said.every(text => text !== '')).toBe(true)
    expect(bytes / 48).toBeGreaterThan(1500)
    client.close()
  },
  240_000,
)

it.skipIf(missing)(
  `@openai/agents speaks with the bare model for three turns, one of them after the network was lost${missing}`,
  async () => {
    await using gateway = await opened()
    const url = `${gateway.address.replace('http', 'ws')}/v1/realtime`
    const agent = new RealtimeAgent({name: 'Brief', instructions: 'Answer in one short sentence.'})
    const model = bareModel
    const errors: unknown[] = []
    const open = async (query: string) => {
      let id = ''
      const transport = new OpenAIRealtimeWebSocket({url: `${url}?${query}`})
      const session = new RealtimeSession(agent, {model, transport, config: {providerData: {max_output_tokens: 30}}})
      session.on('error', error => errors.push(error))
      session.on('transport_event', event => {
        if (event.type === 'session.updated') id = (event as unknown as {session: {id: string}}).session.id
      })
      await session.connect({apiKey: 'any'})
      return {session, transport, id: () => id}
    }
    const turn = async ({session}: Awaited<ReturnType<typeof open>>, name: string) => {
      const done = new Promise<void>(resolve => session.transport.once('turn_done', () => resolve()))
      await speak(name, piece => session.sendAudio(new Uint8Array(piece).buffer), done)
    }
    const first = await open(`model=${model}`)
    for (const [name] of recordings.slice(0, 2)) await turn(first, name)
    const said = () => first.session.history.flatMap(item => (item.type === 'message' ? [item.role] : []))
    expect(said()).toEqual(['user', 'assistant', 'user', 'assistant'])
    const {websocket} = first.transport.connectionState as unknown as {
      websocket: {terminate?: () => void; close(code: number): void}
    }
    if (websocket.terminate) websocket.terminate()
    else websocket.close(4000)
    const second = await open(`session=${first.id()}`)
    await turn(second, recordings[2][0])
    await expect.poll(() => JSON.stringify(second.session.history)).toMatch(recordings[2][1])
    expect(second.id()).toBe(first.id())
    expect(errors).toEqual([])
    second.session.close()
  },
  240_000,
)
