// An answer that waits for its place among what Discord takes has surely not gone out, and is recorded as such.
import {Secret} from '@essence/core/kit/secret'
import {expect, it} from 'vitest'
import {DiscordApi} from '../../src/client/discord-api.ts'
import {carrierTo} from '../../src/outgoing/carrier.ts'
import {ada, openPeer} from '../harness.ts'

it.each([
  ['a message', 'createMessage', {}],
  ['a message that shows it already', 'editMessage', {edits: '1'}],
])('the intent to send %s is recorded behind the wait for its place, before the call', async (_, call, more) => {
  const peer = await openPeer()
  const place = Promise.withResolvers<void>()
  const happened: string[] = []
  const enter = async () => {
    happened.push('waits')
    await place.promise
    happened.push('has its place')
    return {ok: true as const, end: async () => undefined}
  }
  const token = new Secret(peer.token)
  const api = new DiscordApi({token, root: peer.root, requestTimeoutMs: 5000, sends: () => ({enter})})
  const note = {kind: 'text', text: 'perhaps'} as const
  const begin = async (): Promise<void> => {
    happened.push(`begins after ${peer.calls.length} calls`)
  }
  const sending = carrierTo(api, {channelId: peer.directOf(ada)}, note)
    .send({kind: 'text', text: 'hello', ...more}, new AbortController().signal, begin)
    // What is to be changed is not there; that is of no concern here.
    .catch(() => undefined)
  await expect.poll(() => happened).toEqual(['waits'])
  place.resolve()
  await sending
  expect(happened.slice(0, 3)).toEqual(['waits', 'has its place', 'begins after 0 calls'])
  expect(peer.callsOf(call)).toHaveLength(1)
})
