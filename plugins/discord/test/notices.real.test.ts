// What the bot tells by itself: it is not held up, nor stopped, with what people ask.
import type {DueReminder} from '@essence/core/tools/port'
import {expect, it} from 'vitest'
import {scriptedMind} from '../../../test/engines/scripted-mind.ts'
import {openPeer, startService, textsIn} from './harness.ts'

it('a reminder is not stopped with an answer that takes long, nor does it wait for one', async () => {
  const peer = await openPeer()
  const direct = peer.directOf('42')
  const reminder: DueReminder = {
    ...{id: '7f0c', channel: 'discord', speaker: 'discord:42', session: `discord:${direct}:42`},
    ...{text: 'Du wolltest Tee trinken.', language: 'de', dueAt: new Date()},
  }
  const {mind, remind} = scriptedMind({})
  const {done, requests, logged} = await startService({peer, mind, answer: () => new Promise(() => {})})
  const long = peer.userSends({text: 'tell me everything'})
  await expect.poll(() => requests.length).toBe(1)
  remind(reminder)
  await done(peer.userSends({text: '!stop'}))
  await logged(({msg, id}) => msg === 'withdrawn' && id === long)
  await peer.until(() => textsIn(peer, direct).includes('Du wolltest Tee trinken.'))
})
