// OpenAI's agents, as they come, over the Realtime API.
import {OpenAIRealtimeWebSocket, RealtimeAgent, RealtimeSession, tool} from '@openai/agents-realtime'
import {describe, expect, it} from 'vitest'
import {z} from 'zod'
import {openRealtime, realtimeEngines, slowlySpoken, sound} from './open-realtime.ts'
import {scriptedModel} from './scripted-model.ts'

const connected = async (address: string, agent: RealtimeAgent, model = 'june') => {
  const transport = new OpenAIRealtimeWebSocket({url: `${address.replace('http', 'ws')}/v1/realtime?model=${model}`})
  const session = new RealtimeSession(agent, {model, transport})
  const errors: unknown[] = []
  session.on('error', error => errors.push(error))
  const done = () => new Promise<void>(resolve => session.transport.once('turn_done', () => resolve()))
  await session.connect({apiKey: 'any'})
  return {session, errors, done, [Symbol.dispose]: () => session.close()}
}

const speak = (session: RealtimeSession, ms: number, level?: number): void => {
  const bytes = Buffer.from(sound(ms, level), 'base64')
  session.sendAudio(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) as ArrayBuffer)
}

/** What both have said, as the session keeps it. */
const historyOf = ({history}: RealtimeSession): string[] =>
  history.flatMap(item =>
    item.type === 'message'
      ? item.content.map(
          part => `${item.role}: ${'text' in part ? part.text : 'transcript' in part ? part.transcript : ''}`,
        )
      : [],
  )

describe('a RealtimeSession of @openai/agents', () => {
  it('writes to June, speaks with her, and knows what both said', async () => {
    await using gateway = await openRealtime(realtimeEngines({heard: 'good morning', answer: ['Hello Ann.']}))
    using client = await connected(gateway.address, new RealtimeAgent({name: 'June'}))
    const {session, errors, done} = client
    let first = done()
    session.sendMessage('hello')
    await first
    first = done()
    speak(session, 600)
    speak(session, 1000, 0)
    await first
    await expect
      .poll(() => historyOf(session))
      .toEqual(['user: hello', 'assistant: Hello Ann.', 'user: good morning', 'assistant: Hello Ann.'])
    expect(errors).toEqual([])
  })

  it('has its functions called by the bare model', async () => {
    const {model} = scriptedModel(messages =>
      messages.at(-1)?.role === 'tool' ? 'It is sunny in Rome.' : {call: 'weather', arguments: {place: 'Rome'}},
    )
    await using gateway = await openRealtime(realtimeEngines({}, model))
    const asked: string[] = []
    const weather = tool({
      name: 'weather',
      description: 'The weather of a place.',
      parameters: z.object({place: z.string()}),
      execute: async ({place}) => {
        asked.push(place)
        return 'sunny'
      },
    })
    const agent = new RealtimeAgent({name: 'Weather', instructions: 'Be brief.', tools: [weather]})
    using client = await connected(gateway.address, agent, 'mock')
    client.session.sendMessage('how is the weather in Rome?')
    await expect.poll(() => historyOf(client.session)).toContain('assistant: It is sunny in Rome.')
    expect(asked).toEqual(['Rome'])
    expect(client.errors).toEqual([])
  })

  it('is interrupted by the person, and keeps what was heard', async () => {
    const long = Array.from({length: 40}, (_, n) => `Sentence number ${n}.`).join(' ')
    const {model} = scriptedModel((_, turn) => (turn === 1 ? long : 'Then not.'))
    await using gateway = await openRealtime(slowlySpoken({heard: 'no I want another one please'}, model))
    using client = await connected(gateway.address, new RealtimeAgent({name: 'Teller'}), 'mock')
    const {session, errors} = client
    const interrupted = new Promise(resolve => session.once('audio_interrupted', resolve))
    const heard = new Promise(resolve => session.once('audio', resolve))
    session.sendMessage('tell me a story')
    await heard
    speak(session, 2000)
    speak(session, 1000, 0)
    await interrupted
    await expect.poll(() => historyOf(session).at(-1)).toBe('assistant: Then not.')
    const [, told] = historyOf(session)
    expect(told?.length).toBeLessThan(long.length)
    expect(errors).toEqual([])
  })

  it('is told by name what June does not take', async () => {
    await using gateway = await openRealtime()
    using client = await connected(gateway.address, new RealtimeAgent({name: 'June', instructions: 'Be a pirate.'}))
    await expect.poll(() => JSON.stringify(client.errors)).toContain('session.instructions')
  })
})
