// What a message may be beside a voice or a text of its own: passed on, with a caption, changed, referred to, one of several.
import {encodeToBytes} from '@essence/core/audio/encode/encode'
import type {Message} from 'grammy/types'
import {describe, expect, it} from 'vitest'
import {chunked, sine} from '../../../test/audio/sounds.ts'
import {kept} from '../../../test/channel/bot-stores.ts'
import {ada, type StartOptions, startService} from './harness.ts'
import {toneNote} from './voice-notes.ts'

const mp3 = async () => Buffer.from(await encodeToBytes(chunked(sine(300, 0.5), 16_000), 'mp3'))

const open = async (options: StartOptions = {}) => {
  const service = await startService({heard: 'it will rain', ...options})
  const {peer, requests} = service
  const voice = {bytes: await toneNote()}
  const asked = () => requests.map(({text}) => text)
  const texts = () => peer.shownIn(ada).map(({text, caption}) => text ?? caption)
  return {...service, voice, asked, texts}
}

describe('a voice', () => {
  it('with a caption is heard, with what is asked below it', async () => {
    const {peer, done, asked, voice} = await open()
    await done(peer.userSends({from: ada, voice, extra: {caption: 'is that so?'}}))
    expect(asked()).toEqual(['“it will rain”\n\nis that so?'])
    expect(peer.shownIn(ada)[0]?.voice).toBeDefined()
  })

  it('that is passed on is heard; its caption is not what this person asks', async () => {
    const {peer, done, asked, voice} = await open()
    const forward_origin = {type: 'hidden_user', sender_user_name: 'Bob', date: 0} as const
    await done(peer.userSends({from: ada, voice, extra: {forward_origin, caption: 'Subscribe!'}}))
    expect(asked()).toEqual(['it will rain'])
  })

  it('that is referred to is heard, with what is asked about it', async () => {
    const {peer, done, asked, voice} = await open()
    peer.state.files.set('other', Buffer.from(voice.bytes))
    const other = {file_id: 'other', file_unique_id: 'other', duration: 1}
    const reply_to_message = {message_id: 1, date: 0, chat: {id: ada}, from: {id: ada}, voice: other}
    await done(peer.userSends({from: ada, text: 'what was that?', extra: {reply_to_message} as unknown as Message}))
    expect(asked()).toEqual(['“it will rain”\n\nwhat was that?'])
  })
})

describe('a text that is changed', () => {
  it('while it waits is answered once, as it is now', async () => {
    const held = Promise.withResolvers<string>()
    const {peer, done, asked, texts, folder} = await open({
      answer: ({text}) => (text === 'first' ? held.promise : `You said: ${text}.`),
    })
    peer.userSends({from: ada, text: 'first'})
    await expect.poll(asked).toEqual(['first'])
    const waits = peer.userSends({from: ada, text: 'mlik'})
    const edited = peer.userEdits(peer.messageIdOf(waits) ?? 0, {from: ada, text: 'milk'})
    await expect.poll(async () => String(edited) in (await kept(folder))).toBe(true)
    held.resolve('One.')
    await done(edited)
    expect(texts()).toEqual(['One.', 'You said: milk.'])
  })

  it('after its answer is answered anew, below it', async () => {
    const {peer, done, texts} = await open()
    const first = peer.userSends({from: ada, text: 'mlik'})
    await done(first)
    await done(peer.userEdits(peer.messageIdOf(first) ?? 0, {from: ada, text: 'milk'}))
    expect(texts()).toEqual(['You said: mlik.', 'You said: milk.'])
    expect(peer.shownIn(ada)[1]?.replyTo).toBe(peer.messageIdOf(first))
  })
})

describe('an album', () => {
  it.each(['queue', 'interrupt'] as const)('of audio files is one turn, where the chat has %s', async overlap => {
    const words = ['one', 'two', 'three']
    const {peer, done, asked, texts, openChats, spooled} = await open({heard: () => words.shift() ?? ''})
    await (await openChats()).choose(String(ada), {overlap})
    const bytes = await mp3()
    const sent = ['a', 'b', 'c'].map(file_id => {
      peer.state.files.set(file_id, bytes)
      const document = {file_id, file_unique_id: file_id, mime_type: 'audio/mpeg', file_name: `${file_id}.mp3`}
      return peer.userSends({from: ada, extra: {media_group_id: '77', document}})
    })
    await done(sent[0] as number)
    expect(asked()).toEqual(['one\ntwo\nthree'])
    expect(texts()).toEqual(['“one\ntwo\nthree”\n\nYou said: one\ntwo\nthree.'])
    expect(Object.values(await spooled())).toEqual(['done', 'done', 'done'])
  })

  it('of photos is told once that June has no eyes for it', async () => {
    const {peer, done, texts, spooled} = await open()
    const photo = [{file_id: 'p', file_unique_id: 'p', width: 1, height: 1}]
    const sent = [1, 2, 3].map(() => peer.userSends({from: ada, extra: {media_group_id: '77', photo}}))
    await done(sent[0] as number)
    await expect.poll(async () => Object.values(await spooled())).toEqual(['done', 'done', 'done'])
    expect(texts()).toEqual([expect.stringContaining('I understand voice messages')])
  })
})
