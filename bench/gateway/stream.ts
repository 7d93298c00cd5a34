import OpenAI from 'openai'
import {compare, median, timed} from '../harness.ts'
import {benchEngines} from './engines.ts'
import {startServer} from './protocol.ts'

const goalMs = 1
const tokens = 500
const text = Array.from({length: tokens}, (_, n) => `word${n}`).join(' ')

const counted = async <T>(items: AsyncIterable<T>, counts: (item: T) => boolean): Promise<void> => {
  let count = 0
  for await (const item of items) if (counts(item)) count++
  if (count !== tokens) throw new Error(`${count} tokens came of ${tokens}`)
}

/** A stream of /v1/chat/completions read by OpenAI's own client, against the same model read directly, in turn. */
export const stream = async (rounds: number): Promise<void> => {
  const server = await startServer({kind: 'gateway'})
  const client = new OpenAI({apiKey: 'any', baseURL: `${server.address}/v1`, maxRetries: 0})
  const {model} = benchEngines()
  if (!model) throw new Error('There is no model.')
  const messages = [{role: 'user' as const, content: text}]
  const through = async (): Promise<void> => {
    const chunks = await client.chat.completions.create({model: 'mock', messages, stream: true})
    await counted(chunks, ({choices: [choice]}) => Boolean(choice?.delta.content))
  }
  const direct = () => counted(model.chat(messages), ({kind}) => kind === 'answer')
  const differences: number[] = []
  for (let round = -2; round < rounds; round++) {
    const [by, without] = [(await timed(through)).ms, (await timed(direct)).ms]
    if (round >= 0) differences.push((by - without) / tokens)
  }
  compare(`a stream of ${tokens} tokens, each more than the model itself`, median(differences), {
    atMost: goalMs,
    unit: 'ms',
    digits: 3,
  })
  await server.close()
}
