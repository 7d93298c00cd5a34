import {EssenceError} from '@essence/core/kit/errors'
import {openShared} from '@essence/core/store/shared/open'
import {describe, expect, it, onTestFinished} from 'vitest'
import {kept} from '../../../test/channel/bot-stores.ts'
import {ManualClock} from '../../../test/channel/manual-clock.ts'
import {temporaryFolder} from '../../../test/temporary-folder.ts'
import {ada, openPeer, startService} from './harness.ts'
import {toneNote} from './voice-notes.ts'

/** How far the sending of an answer has come, as the disk has it. */
const sendingOf = async (folder: string, id: number): Promise<unknown> =>
  JSON.parse(String((await kept(folder))[id]?.['progress']))

const note = expect.stringContaining('please ask again')

describe('an answer', () => {
  it('that Telegram is too busy for is sent again after the pause it asks for', async () => {
    const clock = new ManualClock()
    const {peer, done, folder} = await startService({clock})
    peer.fault('sendMessage', {kind: 'refused', status: 429, description: 'Too Many Requests', retryAfter: 9})
    const id = peer.userSends({from: ada, text: 'hello'})
    await clock.asleep(ms => ms === 9000)
    // Nothing went out: a crash now must not cost the answer, nor have it thought of again.
    expect(await sendingOf(folder, id)).toMatchObject({next: 0, inFlight: false, uncertain: false})
    clock.advance(9000)
    await done(id)
    expect(peer.shownIn(ada).map(({text}) => text)).toEqual(['You said: hello.'])
  })

  it('that has to wait holds up no other chat, also where as many wait as are answered at once', async () => {
    const clock = new ManualClock()
    const waiting = [51, 52, 53]
    const users = [ada, ...waiting].map(String)
    const {peer, done} = await startService({clock, parallelTurns: 2, settings: {users}})
    const busy = {kind: 'refused', status: 429, description: 'Too Many Requests', retryAfter: 600} as const
    peer.fault('sendMessage', busy, waiting.length)
    const sent = waiting.flatMap(from => ['one', 'two'].map(text => peer.userSends({from, text})))
    await expect.poll(() => clock.pending().filter(ms => ms === 600_000)).toHaveLength(waiting.length)
    await done(peer.userSends({from: ada, text: 'hello'}))
    expect(peer.shownIn(ada).map(({text}) => text)).toEqual(['You said: hello.'])
    clock.advance(600_000)
    await Promise.all(sent.map(done))
    for (const chat of waiting) {
      expect(peer.shownIn(chat).map(({text}) => text)).toEqual(['You said: one.', 'You said: two.'])
    }
  })

  it.each([
    ['whose receipt is lost', {kind: 'broken', carriedOut: true}, 1],
    ['whose fate nobody knows', {kind: 'broken', carriedOut: false}, 0],
    ['that Telegram stumbles over', {kind: 'refused', status: 502, description: 'Bad Gateway'}, 0],
    ['to which garbage comes back', {kind: 'garbage'}, 0],
  ] as const)('%s is not sent again: a note and the log say so', async (_, fault, arrived) => {
    const {peer, done, lines} = await startService()
    peer.fault('sendMessage', fault)
    const id = peer.userSends({from: ada, text: 'hello'})
    expect(await done(id)).toMatchObject({outcome: 'uncertain'})
    await done(peer.userSends({from: ada, text: 'next'}))
    const texts = peer.shownIn(ada).map(({text}) => text)
    expect(texts.filter(text => text === 'You said: hello.')).toHaveLength(arrived)
    expect(texts.slice(arrived)).toEqual([note, 'You said: next.'])
    expect(lines.filter(line => line.msg.startsWith('cannot tell whether') && line['id'] === String(id))).toHaveLength(
      1,
    )
  })

  it('as a voice whose fate nobody knows is followed by a note', async () => {
    const {peer, done} = await startService()
    peer.fault('sendVoice', {kind: 'broken', carriedOut: false})
    await done(peer.userSends({from: ada, voice: {bytes: await toneNote()}}))
    expect(peer.shownIn(ada).map(({text}) => text)).toEqual([note])
  })

  it('to someone who blocked the bot ends there', async () => {
    const {peer, done, spooled} = await startService()
    peer.fault('sendMessage', {kind: 'refused', status: 403, description: 'Forbidden: bot was blocked by the user'})
    const id = peer.userSends({from: ada, text: 'hello'})
    expect(await done(id)).toMatchObject({outcome: 'refused'})
    expect(await spooled()).toEqual({[id]: 'done'})
  })

  it('is kept for the next start when the token is revoked meanwhile', async () => {
    const peer = await openPeer()
    const folder = temporaryFolder()
    const first = await startService({peer, folder})
    peer.fault('sendMessage', {kind: 'refused', status: 401, description: 'Unauthorized'})
    const id = peer.userSends({from: ada, text: 'hello'})
    await first.logged(({msg}) => msg === 'the answer has to wait')
    await first.stop(AbortSignal.abort())
    expect(await sendingOf(folder, id)).toMatchObject({next: 0, inFlight: false, uncertain: false})
    const second = await startService({peer, folder})
    await second.done(id)
    expect(peer.shownIn(ada).map(({text}) => text)).toEqual(['You said: hello.'])
  })

  it('to a message that finds no room on the disk comes once there is some: Telegram was not told that it arrived', async () => {
    const {peer, folder, logged, done} = await startService({pollSeconds: 1})
    const db = await openShared({dataDir: folder})
    onTestFinished(() => db.close())
    const [{page_count: pages = 0} = {}] = await db.run<{page_count: number}>('pragma page_count')
    await db.run(`pragma max_page_count = ${pages}`)
    // Too long for what is left of a page.
    const id = peer.userSends({from: ada, text: '…'.repeat(4000)})
    const {why} = await logged(({msg}) => msg.startsWith('cannot take messages'))
    expect(why).toContain('There is no room')
    expect(peer.state.updates.map(({update_id}) => update_id)).toEqual([id])
    expect(await kept(folder)).toEqual({})
    await db.run('pragma max_page_count = 1000000')
    await done(id)
    const next = peer.userSends({from: ada, text: 'next'})
    await done(next)
    expect(peer.shownIn(ada)).toHaveLength(2)
    await expect.poll(() => peer.state.updates).toEqual([])
  })

  it('waits where the intent cannot be recorded', async () => {
    const clock = new ManualClock()
    let broken = false
    const {peer, done, logged} = await startService({
      clock,
      answer: () => {
        broken = true
        return 'At last.'
      },
      keep: jobs => ({
        ...jobs,
        async change(id, change) {
          if (broken) throw new EssenceError('DISK_FULL', 'No space is left.')
          await jobs.change(id, change)
        },
      }),
    })
    const id = peer.userSends({from: ada, text: 'hello'})
    await logged(({msg}) => msg.startsWith('cannot record what is to be sent'))
    expect(peer.callsOf('sendMessage')).toEqual([])
    await clock.asleep(ms => ms <= 1000)
    broken = false
    clock.advance(1000)
    await done(id)
    expect(peer.shownIn(ada).map(({text}) => text)).toEqual(['At last.'])
  })

  it('keeps nothing of what was said once it is given', async () => {
    const {peer, done, folder} = await startService()
    const id = peer.userSends({from: ada, text: 'a secret wish'})
    await done(id)
    expect((await kept(folder))[id]).toMatchObject({state: 'done', content: null, progress: null, mark: null})
  })
})

describe('a stop', () => {
  it('lets the turn that runs finish, and leaves what waits to the next start', async () => {
    const peer = await openPeer()
    const folder = temporaryFolder()
    const answer = Promise.withResolvers<string>()
    const first = await startService({peer, folder, answer: () => answer.promise})
    const runs = peer.userSends({from: ada, text: 'runs'})
    const waits = peer.userSends({from: ada, text: 'waits'})
    await peer.until(() => peer.callsOf('getUpdates').some(({payload}) => payload['offset'] === waits + 1))
    const stopped = first.stop()
    answer.resolve('Finished.')
    await stopped
    expect(await first.spooled()).toEqual({[runs]: 'done', [waits]: 'received'})
    // Telegram was told what arrived, although no poll followed any more.
    expect(peer.state.updates).toEqual([])
    const second = await startService({peer, folder})
    await second.done(waits)
    expect(peer.shownIn(ada).map(({text}) => text)).toEqual(['Finished.', 'You said: waits.'])
  })

  it('cancels at the deadline, and the next start answers', async () => {
    const peer = await openPeer()
    const folder = temporaryFolder()
    const first = await startService({peer, folder, answer: () => Promise.withResolvers<string>().promise})
    const id = peer.userSends({from: ada, voice: {bytes: await toneNote()}})
    await peer.until(() => peer.state.drafts.get(ada)?.includes('Thinking') ?? false)
    await first.stop(AbortSignal.abort())
    expect(await first.spooled()).toEqual({[id]: 'received'})
    // A stop is no crash.
    expect((await kept(folder))[id]).toMatchObject({crashes: 0, suspect: 0})
    const second = await startService({peer, folder, heard: 'again'})
    await second.done(id)
    expect(peer.shownIn(ada).map(({caption}) => caption)).toEqual(['“again”\n\nYou said: again.'])
    expect(peer.state.drafts.size).toBe(0)
    expect(peer.callsOf('sendMessage')).toEqual([])
  })

  it('lets a send that has begun come to its end, and gives one up that does not', async () => {
    const clock = new ManualClock()
    const {peer, stop, spooled, logged} = await startService({clock, settings: {users: ['42', '43']}})
    const release = Promise.withResolvers<void>()
    peer.fault('sendMessage', {kind: 'held', until: release.promise})
    const ends = peer.userSends({from: ada, text: 'ends'})
    await peer.until(() => peer.callsOf('sendMessage').length === 1)
    peer.fault('sendMessage', {kind: 'silent', carriedOut: false})
    const hangs = peer.userSends({from: 43, text: 'hangs'})
    await peer.until(() => peer.callsOf('sendMessage').length === 2)
    const stopped = stop(AbortSignal.abort())
    release.resolve()
    await logged(({msg, id}) => msg === 'answered' && id === String(ends))
    await clock.asleep(ms => ms === 2000)
    clock.advance(2000)
    await stopped
    expect(await spooled()).toEqual({[ends]: 'done', [hangs]: 'sending'})
    expect(peer.shownIn(ada).map(({text}) => text)).toEqual(['You said: ends.'])
  })

  it('during a pause Telegram asked for keeps the answer for the next start', async () => {
    const peer = await openPeer()
    const folder = temporaryFolder()
    const clock = new ManualClock()
    const settings = {users: [String(ada), '43']}
    const first = await startService({peer, folder, clock, settings})
    peer.fault('sendMessage', {kind: 'refused', status: 429, description: 'Too Many Requests', retryAfter: 3600})
    const id = peer.userSends({from: ada, text: 'hello'})
    await clock.asleep(ms => ms === 3_600_000)
    await first.stop(AbortSignal.abort())
    expect(await sendingOf(folder, id)).toMatchObject({next: 0, inFlight: false, uncertain: false})
    const second = await startService({peer, folder, clock, settings})
    const next = peer.userSends({from: 43, text: 'who waits for nothing'})
    await second.done(next)
    expect(peer.shownIn(ada)).toEqual([])
    clock.advance(3_600_000)
    await second.done(id)
    expect(peer.shownIn(ada).map(({text}) => text)).toEqual(['You said: hello.'])
    expect(second.requests.map(({text}) => text)).toEqual(['who waits for nothing'])
  })

  it('closes the engines and gives the lock back, also after a start that failed', async () => {
    const peer = await openPeer()
    const folder = temporaryFolder()
    peer.fault('getWebhookInfo', {kind: 'refused', status: 401, description: 'Unauthorized'})
    const first = await startService({peer, folder, start: false})
    await expect(first.starting).rejects.toMatchObject({code: 'TOKEN_REJECTED'})
    await first.stop()
    const second = await startService({peer, folder})
    await second.stop()
    expect(second.enginesClosed()).toBe(1)
    await startService({peer, folder})
  })
})
