// `essence chat` over a model on an OpenAI-compatible server.
import {expect, it, onTestFinished} from 'vitest'
import {essence} from '../kit/run-essence.ts'
import {openAiPeer} from '../peers/openai.ts'
import {commandFolder} from './command-folder.ts'

const {env} = commandFolder()

const peerThatThinks = async () => {
  const peer = await openAiPeer({
    deltas: ({messages = []}) => [{reasoning_content: 'Hm.'}, {content: `${messages.length} messages.`}],
    contextTokens: 8192,
  })
  onTestFinished(() => peer.close())
  return peer
}

it('has it answer, goes on with the last conversation, and shows thoughts on request', async () => {
  const {url} = await peerThatThinks()
  const ask = async (...flags: string[]) => essence(['chat', 'How are you?', '--url', url, ...flags], env)
  const first = await ask()
  expect(first).toMatchObject({status: 0, stdout: '2 messages.\n', stderr: expect.not.stringContaining('Hm.')})
  const second = await ask('--thoughts')
  expect(second).toMatchObject({stdout: '4 messages.\n', stderr: expect.stringContaining('Hm.\n')})
  expect(await ask('--new')).toMatchObject({stdout: '2 messages.\n'})
  expect(await ask()).toMatchObject({stdout: '4 messages.\n'})
})
