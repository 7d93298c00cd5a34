// `essence up` on published weights: one process holds the language model, and the gateway has it answer.
import {readdirSync, readFileSync} from 'node:fs'
import {readConfig} from '@essence/core/config/read'
import {mindUrl} from '@essence/core/engines/remote/mind-url'
import {expect, it} from 'vitest'
import {freePort} from '../../../test/kit/free-port.ts'
import {startEssence} from '../../../test/kit/start-essence.ts'
import {temporaryFolder} from '../../../test/temporary-folder.ts'
import {smolLM2} from '../../../test/weights/published.ts'
import {stockClient} from './peers.ts'

const folder = temporaryFolder()

const childrenOf = (pid: number): number[] =>
  readdirSync(`/proc/${pid}/task`).flatMap(task =>
    readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8').split(' ').filter(Boolean).map(Number),
  )

it.skipIf(smolLM2.missing)(`one copy of the model answers for all${smolLM2.missing}`, async () => {
  const port = await freePort()
  const env = {
    ENV_SH: '/dev/null',
    JUNE_DATA_DIR: folder,
    MODEL_CACHE_DIR: folder,
    MODEL_NAME: smolLM2.path,
    MAX_CONTEXT_LENGTH: '2048',
    MODEL_MAX_TOKENS: '8',
    LLM_THREADS: '1',
    STT_MODE: 'mock',
    TTS_MODE: 'mock',
    GATEWAY_PORT: `${port}`,
    STT_PORT: '0',
    STT_METRICS_PORT: '0',
    TTS_PORT: '0',
    TTS_METRICS_PORT: '0',
    LLM_PORT: '0',
    INFERENCE_METRICS_PORT: '0',
  }
  const {child, until, ended} = startEssence(['up'], env, folder)
  const [, inference] = await until(/inference +ready in .* process (\d+)/)
  const [, gateway] = await until(/gateway +ready in .* process (\d+)/)
  const holding = childrenOf(child.pid ?? 0).filter(pid => readFileSync(`/proc/${pid}/maps`, 'utf8').includes('.gguf'))
  expect(holding).toEqual([Number(inference)])
  expect(holding).not.toContain(Number(gateway))

  // The live check of the gateway was a turn through the service; a stock client finds it as commands of this machine do.
  const url = await mindUrl((await readConfig({env})).settings)
  using client = stockClient(url?.replace('grpc://', '') ?? '')
  const context = {user_id: 'test:1', session_id: 'test'}
  const answer = await client.unary('Chat', {messages: [{role: 'user', content: 'Say hello.'}], context})
  expect((answer['message'] as {content: string}).content).not.toBe('')
  expect(answer).toMatchObject({tokens_generated: expect.any(Number), usage: {completion_tokens: expect.any(Number)}})
  child.kill('SIGTERM')
  expect(await ended).toMatchObject({status: 0})
})
