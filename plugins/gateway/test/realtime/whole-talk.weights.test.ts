// One conversation on published weights by OpenAI's own client: paused at in mid-sentence, coughed at, interrupted, a function called, the network
// lost and back. What the package @openai/agents has of its own: agents.real.test.ts, and on these weights realtime.weights.test.ts.
import {setTimeout as delay} from 'node:timers/promises'
import {concatSamples, toPcm16} from '@essence/core/audio/pcm'
import {cough} from '@essence/core/proof/conversation/sounds'
import type {RealtimeServerEvent} from 'openai/resources/realtime/realtime'
import {afterAll, beforeAll, expect, it} from 'vitest'
import {bareModel, missing, openWeights, recorded} from './on-weights.ts'
import {openaiClient} from './open-realtime.ts'

let weights: Awaited<ReturnType<typeof openWeights>>
beforeAll(async () => {
  if (!missing) weights = await openWeights(40)
}, 240_000)
afterAll(() => weights?.close())

const instructions = 'Tell a long story.'

interface Client {
  /** A piece of 16-bit PCM, 24 kHz. */
  hear(piece: Buffer): void
  send(event: object): void
  /** As the network does. */
  cut(): void
}

type Told = (event: RealtimeServerEvent) => void

/** The function is called by the test: this client has no tools of its own. */
const connect = async (address: string, session: string | undefined, told: Told): Promise<Client> => {
  const client = await openaiClient(address, bareModel, session === undefined ? '' : `?session=${session}`)
  client.on('event', told)
  const send = (event: object): void => client.send(event as never)
  if (session === undefined) {
    const parameters = {type: 'object', properties: {place: {enum: ['Rome', 'Oslo']}}, required: ['place']}
    const tools = [{type: 'function', name: 'weather', description: 'The weather of a place.', parameters}]
    send({type: 'session.update', session: {type: 'realtime', max_output_tokens: 40, instructions, tools}})
  }
  client.on('response.function_call_arguments.done', ({call_id}) => {
    send({type: 'conversation.item.create', item: {type: 'function_call_output', call_id, output: 'sunny'}})
    send({type: 'response.create'})
  })
  return {
    hear: piece => send({type: 'input_audio_buffer.append', audio: piece.toString('base64')}),
    send,
    cut: () => client.socket.terminate(),
  }
}

const pieceMs = 50

it.skipIf(missing)(
  `a whole conversation by the package openai${missing}`,
  async () => {
    await using gateway = await weights.openGateway()
    const events: RealtimeServerEvent[] = []
    const told: Told = event => events.push(event)
    let client = await connect(gateway.address, undefined, told)
    let said: Float32Array = new Float32Array()
    let isOver = false
    /** A microphone in a quiet room, that somebody speaks into now and then. */
    const microphone = (async () => {
      let next = performance.now()
      while (!isOver) {
        const piece = Float32Array.from(
          {length: pieceMs * 24},
          (_, i) => (said[i] ?? 0) + (Math.random() - 0.5) * 0.0005,
        )
        said = said.slice(piece.length)
        client.hear(toPcm16(piece))
        next += pieceMs
        await delay(Math.max(0, next - performance.now()))
      }
    })()
    const say = (...parts: Float32Array[]): void => {
      said = concatSamples(parts)
    }
    const count = (type: RealtimeServerEvent['type']): number => events.filter(event => event.type === type).length
    const until = (type: RealtimeServerEvent['type'], times: number) =>
      expect.poll(() => count(type), {timeout: 60_000, interval: 20}).toBeGreaterThanOrEqual(times)
    const lastDone = () => events.findLast(event => event.type === 'response.done')?.response
    const heard = (): string[] =>
      events.flatMap(event =>
        event.type === 'conversation.item.input_audio_transcription.completed' ? [event.transcript] : [],
      )
    const [earliest, modern, surpassed] = await Promise.all([
      recorded('lj/LJ001-0007.flac'),
      recorded('lj/LJ001-0002.flac'),
      recorded('lj/LJ001-0008.flac'),
    ])

    // Paused at in mid-sentence, where the reader breathed: one turn. "The earliest book … | has never been surpassed."
    say(earliest, new Float32Array(900 * 24), surpassed)
    await until('response.output_audio.delta', 1)
    const whole = expect.stringMatching(/earliest book[\s\S]*never been surpassed/i)
    expect(heard()).toEqual([whole])

    // Coughed at: she goes on.
    const started = count('input_audio_buffer.speech_started')
    await delay(500)
    say(cough(3))
    await until('response.done', 1)
    expect(lastDone()?.status_details?.reason).not.toBe('turn_detected')
    expect(count('input_audio_buffer.speech_started')).toBe(started)

    // Interrupted.
    say(surpassed)
    await until('response.created', 2)
    const before = count('response.output_audio.delta')
    await until('response.output_audio.delta', before + 10)
    say(modern)
    await until('response.done', 2)
    expect(lastDone()).toMatchObject({status: 'cancelled', status_details: {reason: 'turn_detected'}})
    await until('response.done', 3)

    // A function called, and what it gave told of.
    client.send({type: 'response.create', response: {tool_choice: {type: 'function', name: 'weather'}}})
    await until('response.function_call_arguments.done', 1)
    await until('response.done', 5)
    expect(lastDone()?.status).toMatch(/^(?:in)?complete/)

    // The network lost and back.
    const created = events.find(event => event.type === 'session.created')
    const {id} = (created?.session ?? {}) as unknown as {id: string | undefined}
    client.cut()
    client = await connect(gateway.address, id, told)
    const turns = heard().length
    say(surpassed)
    await until('conversation.item.input_audio_transcription.completed', turns + 1)
    expect(heard().at(-1)).toMatch(/never been surpassed/i)
    await until('response.done', 6)

    expect(heard().slice(0, 3)).toEqual([
      whole,
      expect.stringMatching(/never been surpassed/i),
      expect.stringMatching(/comparatively modern/i),
    ])
    isOver = true
    await microphone
    client.cut()
  },
  400_000,
)
