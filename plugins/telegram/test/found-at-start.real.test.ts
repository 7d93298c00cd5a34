import {openShared} from '@essence/core/store/shared/open'
import type {Value} from '@essence/core/store/shared/shared'
import {describe, expect, it} from 'vitest'
import {kept} from '../../../test/channel/bot-stores.ts'
import {temporaryFolder} from '../../../test/temporary-folder.ts'
import {ada, openPeer, startService} from './harness.ts'

/** How far the sending of an answer has come, as the disk has it. */
const _sendingOf = async (folder: string, id: number): Promise<unknown> =>
  JSON.parse(String((await kept(folder))[id]?.['progress']))

const note = expect.stringContaining('please ask again')

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
