// What people write, say, press and order is answered, as they see it in Discord.
import {readAudio} from '@essence/core/audio/decode/decode'
import {EssenceError} from '@essence/core/kit/errors'
import {describe, expect, it} from 'vitest'
import {botId} from '../../../test/peers/discord.ts'
import {ada, generalOf, startService, textsIn} from './harness.ts'
import {toneNote} from './voice-notes.ts'

const stranger = '666'

describe('a text', () => {
  it('in direct messages is answered with a text, while June is shown as typing', async () => {
    const seen = Promise.withResolvers<string>()
    const {peer, done, direct, requests} = await startService({
      answer: ({text}) => seen.promise.then(() => `You said: ${text}.`),
    })
    const id = peer.userSends({text: 'hello'})
    await peer.until(() => peer.state.typing.some(({channelId}) => channelId === peer.directOf(ada)))
    seen.resolve('')
    await done(id)
    expect(textsIn(peer, direct)).toEqual(['You said: hello.'])
    expect(peer.shownIn(direct)[0]?.replyTo).toBeUndefined()
    expect(requests[0]).toMatchObject({speaker: 'discord:42', session: `discord:${direct}:42`})
  })

  it('in a server is answered where June is mentioned, or what she said is answered, and only there', async () => {
    const {peer, done} = await startService()
    const general = generalOf(peer)
    peer.userSends({channel: general, text: 'hello everybody'})
    const mention = peer.userSends({channel: general, text: `<@${botId}> how are you`})
    await done(mention)
    const [answer] = peer.shownIn(general)
    expect(answer).toMatchObject({text: 'You said: how are you.', replyTo: mention})
    const reply = peer.userSends({channel: general, text: 'and now?', replyTo: answer?.id ?? ''})
    await done(reply)
    expect(textsIn(peer, general)).toEqual(['You said: how are you.', 'You said: and now?.'])
  })

  it('in a thread is answered there', async () => {
    const {peer, done} = await startService()
    const thread = peer.openChannel('a thread', 11)
    await done(peer.userSends({channel: thread, text: `hi <@!${botId}>`}))
    expect(textsIn(peer, thread)).toEqual(['You said: hi.'])
  })

  it('that is long is answered in parts that Discord takes, with code closed and opened again', async () => {
    const code = ['```ts', ...Array.from({length: 120}, (_, n) => `const line${n} = ${n} // some words`), '```'].join(
      '\n',
    )
    const {peer, done, direct} = await startService({answer: () => `Look:\n\n${code}\n\nThat is **all**.`})
    await done(peer.userSends({text: 'code please'}))
    const texts = textsIn(peer, direct)
    expect(texts.length).toBeGreaterThan(1)
    for (const text of texts) expect([...text.matchAll(/```/g)].length % 2).toBe(0)
    expect(texts.at(-1)).toMatch(/That is \*\*all\*\*\.$/)
  })

  it('answered with a table shows it as code, and calls nobody', async () => {
    const answer = () => '| a | b |\n|---|---|\n| 1 | 2 |\n\n@everyone <@99> hi'
    const {peer, done, direct} = await startService({answer})
    await done(peer.userSends({text: 'table'}))
    const [shown] = peer.shownIn(direct)
    expect(shown?.text).toContain('```\na  b\n-  -\n1  2\n```')
    expect(shown?.mentions).toEqual([])
    expect(peer.callsOf('createMessage')[0]?.payload['allowed_mentions']).toMatchObject({parse: []})
  })

  it('that is changed is answered anew, below the one it was', async () => {
    const {peer, done, direct} = await startService()
    const id = peer.userSends({text: 'hello'})
    await done(id)
    peer.userEdits(id, 'goodbye')
    await peer.until(() => peer.shownIn(direct).length === 2)
    expect(peer.shownIn(direct)[1]).toMatchObject({text: 'You said: goodbye.', replyTo: id})
  })

  it('of another bot, or of nobody who is let in, is not answered; a stranger is told a code once', async () => {
    const {peer, done, requests} = await startService()
    peer.userSends({text: 'beep', isBot: true})
    const first = peer.userSends({from: stranger, text: 'hello'})
    peer.userSends({from: stranger, text: 'hello?'})
    await done(first)
    await done(peer.userSends({text: 'last'}))
    expect(textsIn(peer, peer.directOf(stranger))).toEqual([
      expect.stringMatching(/essence access approve [\s\S]*Your Discord id is 666/),
      expect.stringMatching(/^My owner has not let you in yet/),
    ])
    expect(requests).toHaveLength(1)
  })

  it('beyond the limit of a person gets one note', async () => {
    const {peer, done, direct} = await startService({settings: {rateLimits: {perMinute: 2, perHour: 9, perDay: 9}}})
    const ids = ['a', 'b', 'c', 'd'].map(text => peer.userSends({text}))
    await done(ids[2] ?? '')
    expect(textsIn(peer, direct)).toEqual(['You said: a.', 'You said: b.', expect.stringMatching(/^That was a lot/)])
  })
})

describe('a voice message', () => {
  it('is answered by a voice message with waveform and length, and its text beside it', async () => {
    const {peer, done, direct} = await startService({heard: 'what is this', answer: () => 'A tone.'})
    const id = peer.userSends({voice: {bytes: await toneNote()}})
    await done(id)
    const [voice, text, ...others] = peer.shownIn(direct)
    expect(others).toEqual([])
    expect(voice).toMatchObject({text: '', replyTo: id})
    expect(voice?.voiceSeconds).toBeCloseTo(0.1, 1)
    expect(Buffer.from(voice?.waveform ?? '', 'base64').length).toBeGreaterThan(0)
    expect(text?.text).toBe('“what is this”\n\nA tone.')
    const pcm = await readAudio({bytes: voice?.voice ?? new Uint8Array()})
    expect(Math.max(...pcm)).toBeGreaterThan(0.1)
  })

  it.each([
    ['recording.wav', undefined],
    ['film.MP4', 'video/mp4'],
    ['song', 'audio/mpeg'],
  ])('may come as a file named %s of type %s', async (name, type) => {
    const {peer, done, direct} = await startService()
    await done(peer.userSends({file: {bytes: await toneNote(), name, ...(type ? {type} : {})}}))
    expect(peer.shownIn(direct)[0]?.voice).toBeDefined()
  })

  it('is answered in writing where voice messages are forbidden', async () => {
    const {peer, done, direct} = await startService({heard: 'speak', answer: () => 'Words.'})
    peer.fault('createMessage', {
      kind: 'refused',
      status: 403,
      code: 50173,
      message: 'You cannot send voice messages in this channel',
    })
    await done(peer.userSends({voice: {bytes: await toneNote()}}))
    expect(textsIn(peer, direct)).toEqual(['“speak”\n\nWords.'])
  })

  it('is answered in writing when speaking fails', async () => {
    const beforeSpeech = (): never => {
      throw new EssenceError('ENGINE_FAILED', 'The voice is hoarse.')
    }
    const {peer, done, direct} = await startService({heard: 'speak', answer: () => 'Words.', beforeSpeech})
    await done(peer.userSends({voice: {bytes: await toneNote()}}))
    expect(textsIn(peer, direct)).toEqual(['“speak”\n\nWords.'])
  })

  it('too long, too large by its own word or in truth, or no sound at all, gets a clear answer', async () => {
    const {peer, done, direct} = await startService({settings: {limits: {maxBytes: 20_000, maxSeconds: 10}}})
    const bytes = await toneNote()
    const ids = [
      peer.userSends({voice: {bytes, seconds: 3600}}),
      peer.userSends({voice: {bytes, claimedSize: 30_000}}),
      peer.userSends({voice: {bytes: new Uint8Array(40_000), claimedSize: 100}}),
      peer.userSends({voice: {bytes: Buffer.from('not sound, it only says so')}}),
      peer.userSends({file: {bytes, name: 'cat.png', type: 'image/png'}}),
    ]
    await done(ids.at(-1) ?? '')
    expect(textsIn(peer, direct)).toEqual([
      expect.stringMatching(/too long/),
      expect.stringMatching(/too large/),
      expect.stringMatching(/too large/),
      expect.stringMatching(/cannot read that sound/),
      expect.stringMatching(/I understand voice messages/),
    ])
    // What is said to be too long or too large is not even fetched.
    expect(peer.downloads).toHaveLength(1 + 1)
  })

  it('whose address has expired is fetched from a new one', async () => {
    const {peer, done, direct} = await startService({heard: 'hi'})
    peer.fault('file', {kind: 'refused', status: 404})
    await done(peer.userSends({voice: {bytes: await toneNote()}}))
    expect(textsIn(peer, direct)).toEqual(['(voice)', '“hi”\n\nYou said: hi.'])
    expect(peer.callsOf('getMessage')).toHaveLength(1)
  })
})
