// The service takes what people send and leaves it to workers of other processes.
import {join} from 'node:path'
import {wordsIn} from '@essence/core/channel/words/words'
import {expect, it} from 'vitest'
import {writeTinyModel} from '../../../../test/speaker/tiny-model.ts'
import {temporaryFolder} from '../../../../test/temporary-folder.ts'
import {startChild} from '../child.ts'
import {generalOf, openPeer, textsIn} from '../harness.ts'
import {toneNote} from '../voice-notes.ts'

const words = wordsIn('en')

it('a worker answers what the service only stores: a text, a voice message, a slash command, an enrolment', async () => {
  const peer = await openPeer()
  const dataDir = temporaryFolder()
  const SPEAKER_MODEL = writeTinyModel(join(temporaryFolder(), 'tiny.onnx'))
  const env = {USE_VOICE_QUEUE: 'true', WORKER_ID: 'attic', SPEAKER_MODEL}
  const service = startChild(peer, dataDir, env)
  await service.says('"msg":"ready"')
  await peer.until(() => peer.gateway.isConnected())
  const direct = peer.directOf('42')
  const general = generalOf(peer)
  peer.userSends({text: 'hello'})
  peer.userRuns('ask', {question: 'why'}, {channel: general})
  // Told at once that it will be answered; nobody is there to do it.
  await peer.until(() => peer.callsOf('callback').length === 1)
  const address = /http:\/\/127\.0\.0\.1:\d+/.exec(service.output())?.[0] ?? ''
  const status = async () => (await fetch(`${address}/queue/status`)).json()
  await expect.poll(status, {timeout: 20_000}).toMatchObject({stream_name: 'jobs', consumer: {pending: 2}})
  expect(peer.shownIn(direct)).toEqual([])

  const worker = startChild(peer, dataDir, env, ['voice-worker', '--port', '0'])
  await worker.says('"msg":"ready"')
  await expect.poll(() => textsIn(peer, direct)[0], {timeout: 30_000}).toBe('You said: hello')
  await expect.poll(() => textsIn(peer, general)[0], {timeout: 30_000}).toBe('You said: why')
  peer.userSends({voice: {bytes: await toneNote()}})
  await expect.poll(() => textsIn(peer, direct).filter(text => text === '(voice)'), {timeout: 30_000}).toHaveLength(1)
  expect(JSON.stringify(peer.state.commands)).toContain('"enrol"')
  peer.userSends({text: '!enrol'})
  // A tone is no speech.
  peer.userSends({voice: {bytes: await toneNote()}})
  await expect
    .poll(() => textsIn(peer, direct).slice(-2), {timeout: 30_000})
    .toEqual([expect.stringContaining(words('enrolIntro')), expect.stringContaining(words('enrolAgain'))])
  await expect.poll(status, {timeout: 20_000}).toMatchObject({messages: 0})
  // By the service alone, whoever answers.
  expect(peer.callsOf('callback')).toHaveLength(1)
  for (const process of [service, worker]) process.kill('SIGTERM')
  expect((await Promise.all([service.ended, worker.ended])).map(({code}) => code)).toEqual([0, 0])
}, 120_000)
