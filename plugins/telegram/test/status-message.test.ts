import {Secret} from '@essence/core/kit/secret'
import {pino} from 'pino'
import {describe, expect, it} from 'vitest'
import {openBotApi} from '../src/bot-api.ts'
import {StatusMessage} from '../src/status-message.ts'
import {ada, openPeer} from './harness.ts'
import {ManualClock} from './manual-clock.ts'

const open = async () => {
  const clock = new ManualClock()
  const peer = await openPeer({now: clock.now})
  peer.userSends({from: ada, text: 'hello'})
  const {api} = openBotApi({token: new Secret(peer.token), root: peer.root, requestTimeoutMs: 5000})
  let sent: (id: number) => void = () => {}
  const firstId = new Promise<number>(resolve => (sent = resolve))
  const status = new StatusMessage({
    api,
    chatId: ada,
    clock,
    log: pino({level: 'silent'}),
    onSent: async id => sent(id),
  })
  const shown = () => peer.state.shown.at(-1)
  return {clock, peer, status, firstId, shown}
}

describe('the status message', () => {
  it('is edited at most once a second, and the last state wins', async () => {
    const {clock, peer, status, shown} = await open()
    status.show('stage 0')
    await peer.until(() => shown()?.text === 'stage 0')
    for (let second = 1; second <= 5; second++) {
      for (let n = 0; n < 20; n++) status.show(`stage ${second}.${n}`)
      await clock.asleep()
      expect(clock.pending()[0]).toBeLessThanOrEqual(1000)
      clock.advance(clock.pending()[0] ?? 0)
      await peer.until(() => shown()?.text === `stage ${second}.19`)
    }
    const times = [...peer.callsOf('sendMessage'), ...peer.callsOf('editMessageText')].map(({at}) => at)
    expect(times).toHaveLength(6)
    for (let n = 1; n < times.length; n++) expect((times[n] ?? 0) - (times[n - 1] ?? 0)).toBeGreaterThanOrEqual(1000)
  })

  it('is not edited to what it already says', async () => {
    const {clock, peer, status, shown} = await open()
    status.show('same')
    await peer.until(() => shown()?.text === 'same')
    status.show('same')
    clock.advance(5000)
    await status.end()
    expect(peer.callsOf('editMessageText')).toEqual([])
  })

  it('waits as long as Telegram asks, then shows the state of that moment', async () => {
    const {clock, peer, status, shown} = await open()
    status.show('one')
    await peer.until(() => shown()?.text === 'one')
    peer.fault('editMessageText', {kind: 'refused', status: 429, description: 'Too Many Requests', retryAfter: 7})
    status.show('two')
    await clock.asleep()
    clock.advance(1000)
    await peer.until(() => peer.callsOf('editMessageText').length === 1)
    // The refused edit is dropped; the next state has to wait.
    await new Promise(setImmediate)
    status.show('three')
    await clock.asleep(ms => ms > 1000)
    expect(clock.pending()).toEqual([7000])
    clock.advance(7000)
    await peer.until(() => shown()?.text === 'three')
    expect(peer.callsOf('editMessageText')).toHaveLength(2)
  })

  it('goes away at the end, without waiting for its turn to be edited', async () => {
    const {clock, peer, status, shown} = await open()
    status.show('one')
    await peer.until(() => shown()?.text === 'one')
    status.show('two')
    await clock.asleep()
    await status.end()
    expect(shown()?.deleted).toBe(true)
    expect(peer.callsOf('editMessageText')).toEqual([])
  })

  it('that is just being sent at the end is deleted all the same; one that hangs is given up', async () => {
    const {clock, peer, status, shown} = await open()
    const release = Promise.withResolvers<void>()
    peer.fault('sendMessage', {kind: 'held', until: release.promise})
    status.show('one')
    await peer.until(() => peer.callsOf('sendMessage').length === 1)
    const ended = status.end()
    release.resolve()
    await ended
    expect(shown()?.deleted).toBe(true)

    const other = await open()
    other.peer.fault('sendMessage', {kind: 'silent', carriedOut: false})
    other.status.show('one')
    await other.peer.until(() => other.peer.callsOf('sendMessage').length === 1)
    const left = other.status.leave()
    await other.clock.asleep(ms => ms === 2000)
    other.clock.advance(2000)
    await left
    expect(clock.pending()).toEqual([])
  })

  it('that cannot be sent, edited or deleted harms nobody', async () => {
    const {peer, status, clock} = await open()
    for (const method of ['sendMessage', 'editMessageText', 'deleteMessage']) {
      peer.fault(method, {kind: 'broken', carriedOut: false})
    }
    status.show('one')
    await peer.until(() => peer.callsOf('sendMessage').length === 1)
    status.show('two')
    await clock.asleep()
    clock.advance(1000)
    await peer.until(() => peer.state.shown.length === 1)
    await status.end()
    expect(peer.callsOf('deleteMessage')).toHaveLength(1)
  })

  it('of an earlier start is taken over', async () => {
    const first = await open()
    first.status.show('one')
    const again = new StatusMessage({
      api: openBotApi({token: new Secret(first.peer.token), root: first.peer.root, requestTimeoutMs: 5000}).api,
      chatId: ada,
      clock: first.clock,
      log: pino({level: 'silent'}),
      messageId: await first.firstId,
    })
    again.show('two')
    await first.peer.until(() => first.shown()?.text === 'two')
    await again.end('It was interrupted.')
    expect(first.peer.shownIn(ada).map(({text}) => text)).toEqual(['It was interrupted.'])
  })
})
