// `essence up` and `essence doctor` as people start them, with a token.
import {expect, it} from 'vitest'
import {temporaryFolder} from '../../../test/temporary-folder.ts'
import {startChild} from './child.ts'
import {openPeer, textsIn} from './harness.ts'

const anyPorts = {
  GATEWAY_PORT: '0',
  DISCORD_SERVICE_PORT: '0',
  STT_PORT: '0',
  STT_METRICS_PORT: '0',
  TTS_PORT: '0',
  TTS_METRICS_PORT: '0',
  LLM_PORT: '0',
  INFERENCE_METRICS_PORT: '0',
}

it('essence up starts the bot, says how to invite it, and has it answer', async () => {
  const peer = await openPeer()
  const up = startChild(peer, temporaryFolder(), anyPorts, ['up'])
  await up.says('June is up.')
  await up.says('Ctrl-C stops June')
  expect(up.output()).toContain('https://discord.com/oauth2/authorize?client_id=4711')
  peer.userSends({text: 'hello'})
  await peer.until(() => peer.shownIn(peer.directOf('42')).length > 0)
  expect(textsIn(peer, peer.directOf('42'))[0]).toBe('You said: hello')
  up.kill('SIGTERM')
  expect(await up.ended).toEqual({code: 0, signal: null})
  expect(up.output()).not.toContain(peer.token.split('.')[2])
})

it('essence doctor says whose the token is, or that it is nobody’s', async () => {
  const peer = await openPeer()
  const good = startChild(peer, temporaryFolder(), {}, ['doctor', '--json'])
  await good.ended
  expect(good.output()).toContain('of june_test_bot')
  peer.revokeToken()
  const bad = startChild(peer, temporaryFolder(), {}, ['doctor', '--json'])
  await bad.ended
  expect(bad.output()).toContain('Reset Token')
})
