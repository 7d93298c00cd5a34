// Real models that come while people talk to the demonstration.
import {chatAssistant} from '@essence/core/assistant/chat-assistant'
import {demoMind} from '@essence/core/assistant/demo'
import {mockLlm} from '@essence/core/llm/mock'
import {expect, it} from 'vitest'
import {scriptedEngines} from '../../../test/engines/scripted.ts'
import {ada, startService} from './harness.ts'

it('a chat goes on with what was said to the demonstration, and its notice is gone', async () => {
  const june = {isReal: false}
  const asked: string[][] = []
  const llm = mockLlm({
    reply: messages => {
      asked.push(messages.map(({content}) => content))
      return 'You are Ada.'
    },
  })
  const notices = ['June answers by a few fixed rules.']
  const {peer, done, service} = await startService({
    openEngines: async ({kept}) =>
      june.isReal
        ? {...scriptedEngines(), assistant: chatAssistant(llm, {systemPrompt: '', conversations: kept?.conversations})}
        : {...scriptedEngines({notices}), assistant: demoMind({conversations: kept?.conversations})},
  })
  await done(peer.userSends({from: ada, text: 'My name is Ada.'}))
  june.isReal = true
  expect(await service.reopen(new AbortController().signal)).toMatchObject({
    name: 'telegram',
    notices: [],
    engines: [{role: 'stt'}, {role: 'llm', info: {engine: 'mock'}}, {role: 'tts'}],
  })
  await done(peer.userSends({from: ada, text: 'Who am I?'}))
  expect(asked).toEqual([['My name is Ada.', expect.stringContaining('Ada'), expect.stringMatching(/Who am I\?$/)]])
  expect(peer.shownIn(ada).at(-1)?.text).toBe('You are Ada.')
})
