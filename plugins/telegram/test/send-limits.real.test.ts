// What Telegram counts: 300 messages at once, on a machine that stands still now and then.
import {Secret} from '@essence/core/kit/secret'
import {InputFile} from 'grammy'
import {expect, it, onTestFinished} from 'vitest'
import {mostWithin} from '../../../test/channel/send-rate/most-within.ts'
import {openBotApiPeer} from '../../../test/peers/bot-api.ts'
import {openBotApi} from '../src/bot-api/bot-api.ts'
import {inChat, isMessage} from '../src/bot-api/send-limits.ts'

/** As much of one as the stand-in looks at. */
const voiceNote = Buffer.from(`OggS${' '.repeat(24)}OpusHead${' '.repeat(2000)}`)

it('300 messages at once, and what is shown of answers, come 30 a second at most', async () => {
  const peer = await openBotApiPeer()
  onTestFinished(() => peer.close())
  const bot = openBotApi({token: new Secret(peer.token), root: peer.root, requestTimeoutMs: 20_000})
  for (let chat = 1; chat <= 300; chat++) peer.state.chats.add(chat)
  const standingStill = setInterval(() => {
    for (const until = performance.now() + 150; performance.now() < until; );
  }, 500)
  onTestFinished(() => clearInterval(standingStill))
  const sends = Array.from({length: 300}, async (_, chat) => {
    await bot.glimpses.sendMessageDraft(chat + 1, 1, 'listening').catch(() => undefined)
    if (chat % 3 === 0) await bot.api.sendVoice(chat + 1, new InputFile(voiceNote))
    else await bot.api.sendMessage(chat + 1, 'the answer')
  })
  await Promise.all(sends)
  const arrived = peer.calls.filter(({method}) => isMessage(method))
  expect(arrived.length).toBeGreaterThan(300)
  expect(
    mostWithin(
      arrived.map(({at}) => at),
      1000,
    ),
  ).toBeLessThanOrEqual(30)
})

it('of a chat four in four seconds go out, of a group 20 a minute; a draft is none of them', async () => {
  expect(isMessage('sendChatAction')).toBe(false)
  expect(isMessage('getUpdates')).toBe(false)
  const counted = ['sendMessage', 'sendVoice', 'editMessageText', 'sendMessageDraft', 'copyMessage', 'forwardMessage']
  expect(counted.filter(isMessage)).toEqual(counted)
  expect(inChat('sendVoice', 42).limits).toEqual([{count: 4, ms: 4000}])
  expect(inChat('editMessageText', -42).limits).toContainEqual({count: 20, ms: 60_000})
  expect(inChat('sendMessageDraft', 42).limits).toEqual([])
})

it('a chat that was sent away waits no longer because the clock was set back', async () => {
  const peer = await openBotApiPeer()
  onTestFinished(() => peer.close())
  let now = Date.now()
  const {api} = openBotApi({token: new Secret(peer.token), root: peer.root, requestTimeoutMs: 20_000, now: () => now})
  peer.state.chats.add(42)
  peer.fault('sendMessage', {kind: 'refused', status: 429, description: 'Too Many Requests', retryAfter: 9})
  await expect(api.sendMessage(42, 'one')).rejects.toMatchObject({retryAfterMs: 9000})
  await expect(api.sendMessage(42, 'one')).rejects.toMatchObject({retryAfterMs: 9000})
  now -= 3_600_000
  await api.sendMessage(42, 'one')
  expect(peer.callsOf('sendMessage')).toHaveLength(2)
})
