// `essence up` on published weights: one process holds the language model, and the gateway and the bot have it answer.
import {readdirSync, readFileSync} from 'node:fs'
import {encodeToBytes} from '@essence/core/audio/encode/encode'
import {readConfig} from '@essence/core/config/read'
import {mindUrl} from '@essence/core/engines/remote/mind-url'
import {expect, it, onTestFinished} from 'vitest'
import {chunked, sine} from '../../../test/audio/sounds.ts'
import {freePort} from '../../../test/kit/free-port.ts'
import {startEssence} from '../../../test/kit/start-essence.ts'
import {openBotApiPeer} from '../../../test/peers/bot-api.ts'
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
  const peer = await openBotApiPeer()
  onTestFinished(() => peer.close())
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
    TELEGRAM_SERVICE_PORT: '0',
    TELEGRAM_BOT_TOKEN: peer.token,
    TELEGRAM_API_ROOT: peer.root,
    TELEGRAM_AUTHORIZED_USERS: '42',
  }
  const {child, until, ended} = startEssence(['up'], env, folder, 300_000)
  const [, inference] = await until(/inference +ready in .* process (\d+)/)
  const [, gateway] = await until(/gateway +ready in .* process (\d+)/)
  const [, telegram] = await until(/telegram +ready in .* process (\d+)/)
  const holding = (): number[] =>
    childrenOf(child.pid ?? 0).filter(pid => readFileSync(`/proc/${pid}/maps`, 'utf8').includes('.gguf'))
  expect(childrenOf(child.pid ?? 0)).toEqual(expect.arrayContaining([Number(gateway), Number(telegram)]))
  expect(holding()).toEqual([Number(inference)])

  const bytes = await encodeToBytes(chunked(sine(300, 1), 16_000), 'ogg')
  peer.userSends({from: 42, voice: {bytes, duration: 1}})
  await peer.until(() => peer.shownIn(42).some(({voice}) => voice !== undefined))
  expect(holding()).toEqual([Number(inference)])

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
