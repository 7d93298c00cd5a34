import {languageService} from '@essence/core/assistant/grpc/messages'
import {mockReply} from '@essence/core/assistant/mock'
import {collected} from '@essence/core/kit/flow/iterate'
import {expectEqual, expectMatch} from '@essence/core/proof/checks/expect'
import {expectRefused, withClient} from '@essence/core/proof/checks/rpc'
import type {ServiceAtWork, ServiceCheck} from '@essence/core/proof/service-checks'
import {
  type ChatRequest,
  type ChatResponse,
  type DeepPartial,
  FinishReason,
  LLMInferenceDefinition,
} from '@essence/core/rpc/generated/june/llm/llm'

/** The service under test. */
export const languageModel = {definition: LLMInferenceDefinition, name: languageService}

export const chat = (
  service: ServiceAtWork,
  request: DeepPartial<ChatRequest>,
  signal: AbortSignal,
): Promise<ChatResponse> => withClient(languageModel, service, client => client.chat(request, {signal}))

const text = 'Hello there, June.'
const bare = {messages: [{role: 'user', content: text}]}
const inSession = {...bare, context: {userId: 'check:1', sessionId: 'check'}}

/** What the mock answers without a session, and the tokens that takes: a word is one. */
const bareAnswer = `[mock] ${text}`
const usage = {promptTokens: 3, completionTokens: 4, totalTokens: 7, promptCacheHits: 0}

export const answerChecks: ServiceCheck[] = [
  {
    name: 'HealthCheck',
    run: (service, signal) =>
      withClient(languageModel, service, async client => {
        const {healthy, modelName, supportsStreaming, demo, version} = await client.healthCheck({}, {signal})
        const expected = {healthy: true, modelName: 'mock', supportsStreaming: true}
        expectEqual('HealthCheck', {healthy, modelName, supportsStreaming}, expected)
        expectMatch('the version in HealthCheck', version, /^\d+\.\d+\.\d+/)
        expectMatch('what HealthCheck says of the demonstration', demo, /mock/)
      }),
  },
  {
    name: 'Chat and Generate',
    run: (service, signal) =>
      withClient(languageModel, service, async client => {
        const answer = await client.chat(bare, {signal})
        expectEqual('the answer of Chat', answer.message?.content, bareAnswer)
        expectEqual('what Chat took', answer.usage, usage)
        expectEqual('why Chat ended', answer.finishReason, FinishReason.STOP)
        const remembered = await client.chat(inSession, {signal})
        expectEqual('the answer of Chat in a session', remembered.message?.content, mockReply(text))
        const written = await client.generate({prompt: text}, {signal})
        expectEqual('the answer of Generate', written.text, bareAnswer)
        const cut = await client.generate({prompt: text, params: {maxTokens: 2}}, {signal})
        expectEqual('why a short Generate ended', cut.finishReason, FinishReason.LENGTH)
      }),
  },
  {
    name: 'ChatStream and GenerateStream',
    run: (service, signal) =>
      withClient(languageModel, service, async client => {
        const chunks = await collected(client.chatStream(inSession, {signal}))
        const said = chunks.map(({contentDelta}) => contentDelta).join('')
        expectEqual('the answer of ChatStream', said, mockReply(text))
        expectEqual('whether the last chunk is the last', chunks.at(-1)?.isFinal, true)
        const tokens = await collected(client.generateStream({prompt: text}, {signal}))
        expectEqual('the answer of GenerateStream', tokens.map(({token}) => token).join(''), bareAnswer)
        expectEqual('what GenerateStream took', tokens.at(-1)?.usage, usage)
      }),
  },
  {
    name: 'Embed',
    run: (service, signal) =>
      withClient(languageModel, service, async client => {
        const {embeddings, dimension} = await client.embed({texts: [text, text]}, {signal})
        expectEqual('the numbers of two vectors', embeddings.length, 2 * dimension)
        const [one, two] = [embeddings.slice(0, dimension), embeddings.slice(dimension)]
        expectEqual('the vector of the same text', two, one)
        expectEqual('the length of a vector', Math.hypot(...one).toFixed(3), '1.000')
        const other = client.embed({texts: [text], model: 'another'}, {signal})
        await expectRefused('Embed of another model', other, 'INVALID_ARGUMENT', /"another"/)
      }),
  },
]
