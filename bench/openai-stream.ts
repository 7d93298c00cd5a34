// What each token of a stream of /v1/chat/completions costs over the engine, by OpenAI's client; goal: 1 ms at most. [TOKENS]

import {mockLlm} from '@essence/core/llm/mock'
import {Health} from '@essence/core/service/health'
import {openLog} from '@essence/core/service/log'
import {openMetrics} from '@essence/core/service/metrics'
import {gatewayService} from '@essence/plugin-gateway/src/service'
import OpenAI from 'openai'
import {scriptedEngines} from '../test/engines/scripted.ts'
import {compare, median, timed} from './harness.ts'

const tokens = Number(process.argv[2] ?? 2000)
const rounds = 5
const model = mockLlm({reply: () => 'word '.repeat(tokens)})
const plenty = [{count: 1e9, windowMs: 60_000}] as const
const service = gatewayService({
  ...{host: '127.0.0.1', port: 0, version: '0.0.0'},
  limits: {all: plenty, chat: plenty, llm: plenty, stt: plenty, tts: plenty},
  openAccess: () => Promise.reject(new Error('no accounts')),
  health: new Health('gateway', '0.0.0'),
  metrics: openMetrics(),
  log: Object.assign(openLog('gateway', {LOG_LEVEL: 'ERROR', LOG_FORMAT: 'json'}), {level: 'silent'}),
  openEngines: async () => ({...scriptedEngines(), model}),
})
const {address} = await service.start(
  new AbortController().signal,
  () => {},
  () => {},
)
const client = new OpenAI({baseURL: `${address}/v1`, apiKey: 'none', maxRetries: 0})
const messages = [{role: 'user' as const, content: 'hello'}]

const bare = async (): Promise<void> => {
  for await (const _ of model.chat(messages));
}
const streamed = async (): Promise<void> => {
  for await (const _ of await client.chat.completions.create({model: 'mock', messages, stream: true}));
}

await streamed()
const costs: number[] = []
for (let round = 0; round < rounds; round++) {
  const {ms: engine} = await timed(bare)
  const {ms: gateway} = await timed(streamed)
  costs.push((gateway - engine) / tokens)
}
await service.close()
// Server and client are one process here: the client's half is in it.
compare(`a token of ${tokens}, beside the engine`, median(costs), {atMost: 1, unit: 'ms', digits: 3})
