import {collected} from '@essence/core/kit/flow/iterate'
import {expectRefused, withClient} from '@essence/core/proof/checks/rpc'
import type {ServiceAtWork, ServiceCheck} from '@essence/core/proof/service-checks'
import type {ChatRequest, DeepPartial} from '@essence/core/rpc/generated/june/llm/llm'
import {languageModel} from './answers.ts'

const messages = [{role: 'user', content: 'Hello.'}]
const tool = (parametersSchema: string) => ({availableTools: [{name: 'tool', parametersSchema}]})

/** What must be refused, and how the sentence about it reads. */
const requests: readonly [what: string, request: DeepPartial<ChatRequest>, message: RegExp][] = [
  ['no messages', {}, /no messages/],
  ['an unknown role', {messages: [{role: 'wizard', content: 'Hello.'}]}, /"wizard"/],
  ['an empty message', {messages: [{role: 'user', content: ' '}]}, /empty/],
  ['a prompt too long', {messages: [{role: 'user', content: 'word '.repeat(5000)}]}, /too long/],
  ['a schema that is none', {messages, context: tool('{"type":"object","properties":3}')}, /JSON Schema/],
  ['a session without a person', {messages, context: {sessionId: 'check'}}, /user_id/],
  ['too much freedom', {messages, params: {temperature: 9}}, /temperature/],
]

/** Wrong input, at once and as a stream: the status that says so, and a sentence. */
export const refusals: ServiceCheck = {
  name: 'wrong input',
  run: (service, signal) =>
    withClient(languageModel, service, async client => {
      for (const [what, request, message] of requests) {
        const [whole, stream] = [client.chat(request, {signal}), client.chatStream(request, {signal})]
        await expectRefused(`Chat of ${what}`, whole, 'INVALID_ARGUMENT', message)
        await expectRefused(`ChatStream of ${what}`, collected(stream), 'INVALID_ARGUMENT', message)
      }
    }),
}

/** Speaks with a part there is not. */
export const refuseRole = (service: ServiceAtWork, signal: AbortSignal): Promise<void> =>
  withClient(languageModel, service, client => {
    const call = client.chat({messages: [{role: 'wizard', content: 'Hello.'}]}, {signal})
    return expectRefused('Chat of an unknown role', call, 'INVALID_ARGUMENT', /wizard/)
  })
