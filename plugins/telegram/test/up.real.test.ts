// `essence up` as people start it, with a token: the page and the bot, one summary, one stop.
import {expect, it} from 'vitest'
import {temporaryFolder} from '../../../test/temporary-folder.ts'
import {startChild} from './child.ts'
import {ada, openPeer} from './harness.ts'

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

const anyPorts = {
  GATEWAY_PORT: '0',
  TELEGRAM_SERVICE_PORT: '0',
  STT_PORT: '0',
  STT_METRICS_PORT: '0',
  TTS_PORT: '0',
  TTS_METRICS_PORT: '0',
  LLM_PORT: '0',
  INFERENCE_METRICS_PORT: '0',
}

it('starts the page and the bot, names both, answers through both, and leaves no process behind', async () => {
  const peer = await openPeer()
  const up = startChild(peer, temporaryFolder(), anyPorts, ['up'])
  await up.says('June is up.')
  await up.says('Ctrl-C stops June')
  expect(up.output()).toContain('https://t.me/june_test_bot')
  const pids = [...up.output().matchAll(/starting \(process (\d+)\)/g)].map(([, pid]) => Number(pid))
  // Recognition, the mind, synthesis, the page and the bot.
  expect(pids).toHaveLength(5)
  expect(pids.every(isAlive)).toBe(true)

  peer.userSends({from: ada, text: 'hello'})
  await peer.until(() => peer.shownIn(ada).some(({text}) => text !== undefined))
  const page = /talk to it\s+(http:\/\/127\.0\.0\.1:\d+)/.exec(up.output())?.[1] ?? ''
  const turn = await fetch(`${page}/api/turn`, {
    method: 'POST',
    headers: {'content-type': 'application/json'},
    body: '{"text": "hello", "speak": false}',
  })
  expect(await turn.text()).toContain('"type":"done"')

  up.kill('SIGTERM')
  expect(await up.ended).toEqual({code: 0, signal: null})
  expect(pids.filter(isAlive)).toEqual([])
  expect(up.output()).not.toContain(peer.token.slice(5))
})
