// A group that becomes a supergroup has another id: what is known of it moves along, in whatever order that is told.
import {describe, expect, it} from 'vitest'
import {accessOf} from '../../../test/channel/bot-stores.ts'
import {scriptedMind} from '../../../test/engines/scripted-mind.ts'
import {temporaryFolder} from '../../../test/temporary-folder.ts'
import {ada, openPeer, type StartOptions, startService} from './harness.ts'

const old = {id: -100, type: 'group'} as const
const grown = {id: -1_000_000_000_200, type: 'supergroup'} as const

const named = (text: string) => ({
  text: `@june_test_bot ${text}`,
  extra: {entities: [{type: 'mention' as const, offset: 0, length: '@june_test_bot'.length}]},
})

/** A bot in a group whose people chose that it hears all, and answers in writing. */
const open = async (options: StartOptions = {}) => {
  const folder = temporaryFolder()
  const peer = options.peer ?? (await openPeer())
  const service = await startService({folder, peer, groups: [old.id], ...options})
  const chats = await service.openChats()
  await chats.choose(String(old.id), {hears: 'always', reply: 'text'})
  const ask = (text: string, chat: typeof old | typeof grown = old) => peer.userSends({from: ada, chat, text})
  const texts = (chat: typeof old | typeof grown) => peer.shownIn(chat.id).map(({text}) => text)
  const standing = async () => (await (await accessOf(folder)).list('telegram')).map(({id, standing}) => [id, standing])
  return {...service, peer, folder, chats, ask, texts, standing}
}

type Opened = Awaited<ReturnType<typeof open>>

/** It goes on as before, under its new id. */
const expectMoved = async ({ask, done, texts, requests, chats, standing}: Opened): Promise<void> => {
  await done(ask('is it still you', grown))
  expect(texts(grown).at(-1)).toBe('You said: is it still you.')
  expect(requests.at(-1)).toMatchObject({speaker: 'telegram:42', session: 'telegram:-100'})
  expect(await chats.of(String(grown.id))).toEqual({hears: 'always', reply: 'text'})
  expect(await chats.of(String(old.id))).toEqual({})
  expect(await standing()).toEqual([[String(grown.id), 'allowed']])
}

describe('a group that becomes a supergroup goes on as before', () => {
  it.each([[['to', 'from']], [['from', 'to']], [['to']], [['from']]] as const)('told by %j', async told => {
    const opened = await open()
    await opened.done(opened.ask('hello'))
    opened.peer.groupMoves(old.id, grown.id, told)
    await expectMoved(opened)
  })

  it('told by the refusal of an answer, which goes there', async () => {
    const peer = await openPeer()
    const opened = await open({
      peer,
      answer: ({text}) => {
        if (text === 'where are you') peer.groupMoves(old.id, grown.id, [])
        return `You said: ${text}.`
      },
    })
    await opened.done(opened.ask('where are you'))
    expect([opened.texts(old), opened.texts(grown)]).toEqual([[], ['You said: where are you.']])
    await expectMoved(opened)
  })

  it('where a message of the new one comes first, and a code was given', async () => {
    const opened = await open()
    const {peer, done, texts, folder} = opened
    await done(peer.userSends({from: ada, chat: grown, ...named('hello')}))
    expect(texts(grown)[0]).toContain('essence access approve')
    peer.groupMoves(old.id, grown.id, ['from', 'to'])
    await expectMoved(opened)
    expect(await (await accessOf(folder)).pairings('telegram')).toEqual([])
  })

  it('where a message of the new one comes before the notice, in one batch', async () => {
    const first = await open()
    const {peer, folder, stop} = first
    await stop()
    const asked = first.ask('hello', grown)
    peer.groupMoves(old.id, grown.id, ['to'])
    const second = await startService({peer, folder})
    await second.done(asked)
    expect(first.texts(grown)).toEqual(['You said: hello.'])
    expect(second.requests[0]?.session).toBe('telegram:-100')
  })
})

it('what waits of the old group is answered in the new one, in order, and one at a time', async () => {
  const held = Promise.withResolvers<string>()
  const opened = await open({answer: ({text}) => (text === 'first' ? held.promise : `You said: ${text}.`)})
  const {peer, ask, texts, requests, done} = opened
  ask('first')
  await expect.poll(() => requests.length).toBe(1)
  ask('second')
  peer.groupMoves(old.id, grown.id, ['to', 'from'])
  const third = ask('third', grown)
  await expect.poll(async () => String(third) in (await opened.spooled())).toBe(true)
  expect(requests).toHaveLength(1)
  held.resolve('One.')
  await done(third)
  expect([texts(old), texts(grown)]).toEqual([[], ['One.', 'You said: second.', 'You said: third.']])
  // Messages of the old group are not referred to by ids that mean others now.
  expect(peer.shownIn(grown.id).map(({replyTo}) => replyTo)).toEqual([undefined, undefined, peer.messageIdOf(third)])
})

it('a reminder of the old group arrives in the new one', async () => {
  const {mind, remind, trace} = scriptedMind({})
  const {peer, texts} = await open({mind})
  peer.groupMoves(old.id, grown.id, ['from'])
  await peer.until(() => peer.state.updates.length === 0)
  remind({
    ...{id: '7f0c', channel: 'telegram', speaker: 'telegram:42', session: 'telegram:-100'},
    ...{text: 'Tea is ready.', language: 'en', dueAt: new Date()},
  })
  await expect.poll(() => trace.delivered).toEqual(['7f0c'])
  await peer.until(() => peer.shownIn(grown.id).length === 1)
  expect(peer.shownIn(grown.id)[0]?.caption).toBe('Tea is ready.')
  expect(texts(old)).toEqual([])
})

it('a group that is blocked stays blocked', async () => {
  const opened = await open()
  const access = await accessOf(opened.folder)
  await access.block({channel: 'telegram', kind: 'group', id: String(old.id)}, {by: 'cli'})
  opened.peer.groupMoves(old.id, grown.id, ['to', 'from'])
  opened.ask('hello', grown)
  await opened.peer.until(() => opened.peer.state.updates.length === 0)
  expect(await opened.standing()).toContainEqual([String(grown.id), 'blocked'])
  expect(opened.texts(grown)).toEqual([])
})
