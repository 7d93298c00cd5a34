import {spawn} from 'node:child_process'
import {join} from 'node:path'
import {onTestFinished} from 'vitest'
import {followOutput} from '../../../../test/kit/follow-output.ts'
import type {BotApiPeer} from '../../../../test/peers/bot-api.ts'
import {ada} from '../harness.ts'
import type {Step} from './kill-at-steps.ts'

export interface StartStepOptions {
  peer: BotApiPeer
  folder: string
  /** Where it ends itself, and when it comes to it for which time. Default: nowhere; the first. */
  step?: Step
  count?: number
}

/** The bot's service as a process of its own that ends itself at a step; killed when the test ends. */
export const startStep = ({peer, folder, step, count = 1}: StartStepOptions) => {
  const child = spawn(process.execPath, ['--conditions=essence-source', join(import.meta.dirname, 'step-child.ts')], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...{PATH: process.env['PATH'], ROLE: 'service', TOKEN: peer.token, ROOT: peer.root, FOLDER: folder},
      ...{USERS: String(ada), ...(step ? {KILL_STEP: step, KILL_COUNT: String(count)} : {})},
    },
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  return {child, ...followOutput(child)}
}
