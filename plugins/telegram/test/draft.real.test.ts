import {setTimeout as pause} from 'node:timers/promises'
import {Secret} from '@essence/core/kit/secret'
import {pino} from 'pino'
import {describe, expect, it} from 'vitest'
import {ManualClock} from '../../../test/channel/manual-clock.ts'
import {openBotApi} from '../src/bot-api/bot-api.ts'
import {draftIn, editedIn} from '../src/bot-api/live-text.ts'
import {ada, openPeer, startService} from './harness.ts'

const open = async () => {
  const clock = new ManualClock()
  const peer = await openPeer({now: clock.now})
  peer.userSends({from: ada, text: 'hello'})
  const bot = openBotApi({token: new Secret(peer.token), root: peer.root, requestTimeoutMs: 5000, now: clock.now})
  const draft = draftIn({bot, chatId: ada, clock, log: pino({level: 'silent'})})
  const calls = () => peer.callsOf('sendMessageDraft')
  const shown = () => peer.state.drafts.get(ada)
  return {clock, peer, bot, draft, calls, shown}
}

describe('the draft', () => {
  it('changes at most once a second, and the last state wins', async () => {
    const {clock, peer, draft, calls, shown} = await open()
    draft.show('stage 0')
    await peer.until(() => shown() === 'stage 0')
    for (let second = 1; second <= 5; second++) {
      for (let n = 0; n < 20; n++) draft.show(`stage ${second}.${n}`)
      await clock.asleep(ms => ms <= 1000)
      clock.advance(1000)
      await peer.until(() => shown() === `stage ${second}.19`)
    }
    const times = calls().map(({at}) => at)
    expect(times).toHaveLength(6)
    for (let n = 1; n < times.length; n++) expect((times[n] ?? 0) - (times[n - 1] ?? 0)).toBeGreaterThanOrEqual(1000)
    await draft.end()
  })

  it('is shown again before Telegram takes it away, as long as it lasts', async () => {
    const {clock, peer, draft, calls} = await open()
    draft.show('Thinking…')
    for (let n = 1; n <= 3; n++) {
      await peer.until(() => calls().length === n)
      await clock.asleep(ms => ms > 1000)
      expect(clock.pending()).toEqual([20_000])
      clock.advance(20_000)
    }
    await draft.end()
    expect(new Set(calls().map(({payload}) => `${payload['draft_id']} ${payload['text']}`))).toEqual(
      new Set(['1 Thinking…']),
    )
  })

  it('waits as long as Telegram asks, then shows the state of that moment; so does all else in this chat', async () => {
    const {clock, peer, bot, draft, calls, shown} = await open()
    peer.fault('sendMessageDraft', {kind: 'refused', status: 429, description: 'Too Many Requests', retryAfter: 7})
    draft.show('one')
    await clock.asleep(ms => ms > 1000)
    await expect(bot.api.sendMessage(ada, 'the answer')).rejects.toMatchObject({status: 429, retryAfterMs: 7000})
    expect(peer.callsOf('sendMessage')).toEqual([])
    draft.show('two')
    await clock.asleep(ms => ms === 7000)
    clock.advance(7000)
    await peer.until(() => shown() === 'two')
    expect(calls()).toHaveLength(2)
    await bot.api.sendMessage(ada, 'the answer')
    await draft.end()
  })

  it('is on its way no more once it has ended; one that hangs is given up', async () => {
    const {clock, peer, draft, calls, shown} = await open()
    const release = Promise.withResolvers<void>()
    peer.fault('sendMessageDraft', {kind: 'held', until: release.promise})
    draft.show('one')
    await peer.until(() => calls().length === 1)
    let hasEnded = false
    const ended = draft.end().then(() => (hasEnded = true))
    draft.show('two')
    await clock.asleep(ms => ms === 2000)
    expect(hasEnded).toBe(false)
    release.resolve()
    await ended
    expect(shown()).toBe('one')

    const other = await open()
    other.peer.fault('sendMessageDraft', {kind: 'silent', carriedOut: false})
    other.draft.show('one')
    await other.peer.until(() => other.calls().length === 1)
    const left = other.draft.end()
    await other.clock.asleep(ms => ms === 2000)
    other.clock.advance(2000)
    await left
  })

  it('that fails harms nobody, and is tried again', async () => {
    const {peer, draft, clock, calls, shown} = await open()
    peer.fault('sendMessageDraft', {kind: 'broken', carriedOut: false})
    draft.show('one')
    await peer.until(() => calls().length === 1)
    await clock.asleep()
    draft.show('two')
    await clock.asleep(ms => ms <= 1000)
    clock.advance(1000)
    await peer.until(() => shown() === 'two')
    await draft.end()
  })

  it.each([400, 403, 404])('is given up where the server answers %i', async status => {
    const {peer, draft, clock, calls} = await open()
    peer.fault('sendMessageDraft', {kind: 'refused', status, description: 'Not Found: method not found'})
    draft.show('one')
    await peer.until(() => calls().length === 1)
    await draft.end()
    draft.show('two')
    clock.advance(60_000)
    expect(calls()).toHaveLength(1)
  })
})

it('of a turn that is interrupted gives way to that of the next one', async () => {
  const {peer, done, openChats} = await startService({
    answer: ({text}) => (text === 'first' ? new Promise<string>(() => {}) : `You said: ${text}.`),
  })
  await (await openChats()).choose(String(ada), {overlap: 'interrupt'})
  peer.userSends({from: ada, text: 'first'})
  await peer.until(() => peer.state.drafts.get(ada) !== undefined)
  await done(peer.userSends({from: ada, text: 'second'}))
  expect(new Set(peer.callsOf('sendMessageDraft').map(({payload}) => payload['draft_id']))).toEqual(new Set([1]))
  expect(peer.state.drafts.size).toBe(0)
  expect(peer.shownIn(ada).map(({text}) => text)).toEqual(['You said: second.'])
})

describe('a message that is changed', () => {
  it('is gone on with where it says the same already, at most fifteen times a minute', async () => {
    const {clock, peer, bot} = await open()
    const {message_id: id} = await bot.api.sendMessage(ada, 'It rains')
    const about = {bot, chatId: ada, messageId: 7, clock, log: pino({level: 'silent'})}
    const {live} = editedIn(about, id, async () => {})
    const edits = () => peer.callsOf('editMessageText').length
    live.show('It rains ')
    await peer.until(() => edits() === 1)
    live.show('It rains all day.')
    await clock.asleep(ms => ms === 4000)
    // What a chat takes is counted by a clock that nobody sets.
    await pause(4100)
    clock.advance(4000)
    await peer.until(() => peer.shownIn(ada)[0]?.text === 'It rains all day.')
    await live.end()
  })
})
