import {spawn} from 'node:child_process'
import {once} from 'node:events'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {readConfig} from '@essence/core/config/read'
import type {ServiceAtWork} from '@essence/core/proof/service-checks'
import type {SupervisorMessage} from '@essence/core/service/supervisor-message'
import {onTestFinished} from 'vitest'
import {discord} from '../../../plugins/discord/src/settings.ts'
import {gateway} from '../../../plugins/gateway/src/settings.ts'
import {telegram} from '../../../plugins/telegram/src/settings.ts'
import {followOutput} from '../../kit/follow-output.ts'
import {root} from '../../kit/run-essence.ts'

/** Every port any free one. */
const ports = {
  GATEWAY_PORT: '0',
  STT_PORT: '0',
  STT_METRICS_PORT: '0',
  TTS_PORT: '0',
  TTS_METRICS_PORT: '0',
  LLM_PORT: '0',
  INFERENCE_METRICS_PORT: '0',
  DISCORD_SERVICE_PORT: '0',
  TELEGRAM_SERVICE_PORT: '0',
}

/** `essence <command>` with mocks for engines as a process of its own, once it is ready; ended when the test ends. */
export const startInMockMode = async (
  name: string,
  command: string,
  more: NodeJS.ProcessEnv = {},
): Promise<ServiceAtWork> => {
  const env = {ENV_SH: '/dev/null', JUNE_DATA_DIR: join(tmpdir(), name), JUNE_TEST_MODE: 'mock', ...ports, ...more}
  const {PATH, HOME, NODE_COMPILE_CACHE} = process.env
  const child = spawn(process.execPath, ['--conditions=essence-source', 'bin/dev.ts', command], {
    cwd: root,
    env: {PATH, HOME, NODE_COMPILE_CACHE, ...env},
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  })
  const {said, ended} = followOutput(child)
  onTestFinished(async () => {
    child.kill('SIGTERM')
    await ended
  })
  let where = {}
  for (;;) {
    const [message] = (await Promise.race([
      once(child, 'message'),
      ended.then(() => Promise.reject(new Error(`ended before it was ready: ${said.output}`))),
    ])) as [SupervisorMessage]
    if (message.type === 'listening') where = {url: message.url, address: message.address, health: message.health}
    if (message.type === 'ready') break
  }
  const {settings} = await readConfig({env, installed: [discord, gateway, telegram]})
  return {name, settings, ...where}
}
