import {EssenceError} from '@essence/core/kit/errors'
import {openShared} from '@essence/core/store/shared/open'
import type {Value} from '@essence/core/store/shared/shared'
import {describe, expect, it} from 'vitest'
import {ManualClock} from '../../../test/channel/manual-clock.ts'
import {temporaryFolder} from '../../../test/temporary-folder.ts'
import {ada, kept, openPeer, startService} from './harness.ts'
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
    const first = await startService({peer, folder, clock})
    peer.fault('sendMessage', {kind: 'refused', status: 429, description: 'Too Many Requests', retryAfter: 3600})
    const id = peer.userSends({from: ada, text: 'hello'})
    await clock.asleep(ms => ms === 3_600_000)
    await first.stop(AbortSignal.abort())
    expect(await sendingOf(folder, id)).toMatchObject({next: 0, inFlight: false, uncertain: false})
    const second = await startService({peer, folder})
    await second.done(id)
    expect(peer.shownIn(ada).map(({text}) => text)).toEqual(['You said: hello.'])
    expect(second.requests).toEqual([])
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

describe('what is found at the start', () => {
  const leave = async (folder: string, row: Record<string, Value>): Promise<void> => {
    const db = await openShared({dataDir: folder})
    const columns = Object.keys(row)
    await db.run(`insert into jobs (${columns}) values (${columns.map(() => '?')})`, Object.values(row))
    await db.close()
  }
  const incoming = (updateId: number) => ({
    updateId,
    chatId: ada,
    messageId: 1,
    userId: '42',
    content: {kind: 'text', text: `message ${updateId}`},
  })
  const today = Date.now()
  const stored = (updateId: number, more: Record<string, Value> = {}) => ({
    ...{channel: 'telegram:4711', lane: String(ada), id: String(updateId), state: 'received', received_at: today},
    content: JSON.stringify(incoming(updateId)),
    ...more,
  })
  const open = async () => {
    const peer = await openPeer()
    peer.state.chats.add(ada)
    return {peer, folder: temporaryFolder()}
  }

  it('is answered in the order in which it was sent', async () => {
    const {peer, folder} = await open()
    for (const id of [12, 9, 11]) await leave(folder, stored(id))
    const {done} = await startService({peer, folder})
    await done(11)
    expect(peer.shownIn(ada).map(({text}) => text)).toEqual([12, 9, 11].map(id => `You said: message ${id}.`))
  })

  const text = (text: string) => ({kind: 'text', text})
  const sending = (more: object) => ({
    state: 'sending',
    progress: JSON.stringify({
      ...{parts: [text('one'), text('two'), text('three')], inFlight: false, uncertain: false},
      ...more,
    }),
  })

  it('in the middle of being sent is not sent again, the rest is; one line says so, and so does the chat', async () => {
    const {peer, folder} = await open()
    await leave(folder, stored(9, sending({next: 1, inFlight: true})))
    const {done, spooled, lines, requests} = await startService({peer, folder})
    await done(9)
    expect(await spooled()).toEqual({9: 'done'})
    expect(peer.shownIn(ada).map(({text}) => text)).toEqual(['three', note])
    expect(lines.filter(({msg}) => msg.includes('may or may not have arrived'))).toHaveLength(1)
    expect(requests).toEqual([])
  })

  it('between two of its parts goes on with the next, and no doubt is told', async () => {
    const {peer, folder} = await open()
    await leave(folder, stored(9, sending({next: 1})))
    const {done, requests} = await startService({peer, folder})
    expect(await done(9)).toMatchObject({outcome: 'sent'})
    expect(peer.shownIn(ada).map(({text}) => text)).toEqual(['two', 'three'])
    expect(requests).toEqual([])
  })

  it('with only its note missing gets that', async () => {
    const {peer, folder} = await open()
    await leave(folder, stored(9, sending({next: 3, uncertain: true})))
    const {done} = await startService({peer, folder})
    await done(9)
    expect(peer.shownIn(ada).map(({text}) => text)).toEqual([note])
  })

  it('is given up when it ended the service again and again', async () => {
    const {peer, folder} = await open()
    await leave(folder, stored(9, {crashes: 3}))
    const {logged, requests} = await startService({peer, folder})
    await logged(({msg}) => msg === 'a message was given up')
    expect(requests).toEqual([])
    expect(peer.shownIn(ada)[0]?.text).toContain('failed each time')
  })

  it('is no longer answered after a day, and forgotten after two once answered', async () => {
    const {peer, folder} = await open()
    const hours = (n: number) => Date.now() - n * 3_600_000
    await leave(folder, stored(1, {received_at: hours(25)}))
    await leave(folder, stored(2, {state: 'done', content: null, received_at: hours(49)}))
    await leave(folder, stored(3, {state: 'done', content: null, received_at: hours(47)}))
    const {spooled, logged} = await startService({peer, folder})
    await logged(({msg}) => msg.includes('more than a day ago'))
    await expect.poll(spooled).toEqual({1: 'done', 3: 'done'})
    expect(peer.shownIn(ada)).toEqual([])
  })

  it.each(['', '{"updateId":', '[]', '{"updateId":"9"}'])('is set aside when it is %j', async content => {
    const {peer, folder} = await open()
    await leave(folder, stored(9, {content}))
    await leave(folder, stored(10))
    const {done, lines, spooled} = await startService({peer, folder})
    await done(10)
    expect(await spooled()).toEqual({9: 'dead', 10: 'done'})
    expect(lines.filter(({level, msg}) => level === 'error' && msg.includes('unreadable'))).toHaveLength(1)
  })

  it('of someone who was let in then, and is no more, is refused', async () => {
    const {peer, folder} = await open()
    await leave(folder, stored(9))
    const {done, requests} = await startService({peer, folder, settings: {users: ['43']}})
    await done(9)
    expect(requests).toEqual([])
    expect(peer.shownIn(ada)[0]?.text).toContain('I only talk to')
  })
})
