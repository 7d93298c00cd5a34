import {readAudio} from '@essence/core/audio/decode/decode'
import {EssenceError} from '@essence/core/kit/errors'
import {describe, expect, it} from 'vitest'
import {ada, startService} from './harness.ts'
import {toneNote} from './voice-notes.ts'

const _stranger = 666

describe('a voice message', () => {
  it('is answered by a voice note with its text as caption, above the message it answers', async () => {
    const {peer, done} = await startService({heard: 'what is this', answer: () => 'A tone.'})
    await done(peer.userSends({from: ada, voice: {bytes: await toneNote()}}))
    const [answer, ...others] = peer.shownIn(ada)
    expect(others).toEqual([])
    expect(answer?.caption).toBe('“what is this”\n\nA tone.')
    // The scripted voice: 10 ms a character, rounded up to whole seconds.
    expect(answer?.voiceSeconds).toBe(1)
    expect(answer?.replyTo).toBeTypeOf('number')
    const pcm = await readAudio({bytes: answer?.voice ?? new Uint8Array()})
    expect(Math.max(...pcm)).toBeGreaterThan(0.1)
  })

  it('shows what is going on while it works, and takes that away', async () => {
    const {peer, done} = await startService()
    await done(peer.userSends({from: ada, voice: {bytes: await toneNote()}}))
    expect(peer.callsOf('sendMessageDraft')[0]?.payload).toMatchObject({text: 'Listening…'})
    expect(peer.state.drafts.size).toBe(0)
    expect(peer.callsOf('sendChatAction')[0]?.payload).toMatchObject({action: 'record_voice'})
    expect(peer.shownIn(ada).map(message => message.text)).toEqual([undefined])
  })

  it('with a long answer has the text behind it, whole, in messages Telegram takes', async () => {
    const text = Array.from({length: 900}, (_, n) => `Sentence ${n}.`).join(' ')
    const {peer, done} = await startService({heard: 'tell me all', answer: () => text})
    await done(peer.userSends({from: ada, voice: {bytes: await toneNote()}}))
    const [voice, ...texts] = peer.shownIn(ada)
    expect(voice?.caption).toBe('“tell me all”')
    expect(texts.length).toBeGreaterThan(2)
    expect(texts.map(message => message.text).join(' ')).toBe(text)
  })

  it.each([
    ['recording.wav', 'application/octet-stream'],
    ['film.MP4', undefined],
    ['a film', 'video/mp4'],
  ])('may come as a document named %s of type %s', async (file_name, mime_type) => {
    const {peer, done} = await startService()
    peer.state.files.set('a-file', Buffer.from(await toneNote()))
    const document = {file_id: 'a-file', file_unique_id: 'a-file', file_name, ...(mime_type ? {mime_type} : {})}
    await done(peer.userSends({from: ada, extra: {document}}))
    expect(peer.shownIn(ada)[0]?.voice).toBeDefined()
  })

  it.each(['audio', 'video', 'video_note', 'document'] as const)('may come as %s', async kind => {
    const {peer, done} = await startService()
    const bytes = await toneNote()
    peer.state.files.set('a-file', Buffer.from(bytes))
    const size = {length: 240, width: 240, height: 240}
    const file = {file_id: 'a-file', file_unique_id: 'a-file', file_size: bytes.length, duration: 1, ...size}
    await done(peer.userSends({from: ada, extra: {[kind]: {...file, mime_type: 'audio/ogg'}}}))
    expect(peer.shownIn(ada)[0]?.voice).toBeDefined()
  })

  it('is answered in writing when speaking fails', async () => {
    const beforeSpeech = (): never => {
      throw new EssenceError('ENGINE_FAILED', 'The voice is hoarse.')
    }
    const {peer, done} = await startService({heard: 'speak', answer: () => 'One. Two. Three.', beforeSpeech})
    await done(peer.userSends({from: ada, voice: {bytes: await toneNote()}}))
    expect(peer.shownIn(ada).map(message => message.text)).toEqual(['“speak”\n\nOne. Two. Three.'])
  })

  it.each([
    ['NO_SPEECH', 'I heard no speech'],
    ['ENGINE_BUSY', 'try again in a moment'],
    ['ENGINE_FAILED', 'Something went wrong on my side'],
    ['ENGINE_UNAVAILABLE', 'A part of me is not there at the moment.'],
    ['REMOTE_UNREACHABLE', 'A part of me is not there at the moment.'],
  ] as const)('that ends in %s is answered with one sentence', async (code, sentence) => {
    const {peer, done} = await startService({
      beforeHearing: () => {
        throw new EssenceError(code, 'at secret/path.ts:12')
      },
    })
    await done(peer.userSends({from: ada, voice: {bytes: await toneNote()}}))
    expect(peer.shownIn(ada)).toHaveLength(1)
    expect(peer.shownIn(ada)[0]?.text).toContain(sentence)
    expect(peer.shownIn(ada)[0]?.text).not.toContain('path.ts')
  })

  it('that is no sound is answered with one sentence', async () => {
    const {peer, done} = await startService()
    await done(peer.userSends({from: ada, voice: {bytes: Buffer.from('GIF89a and no sound at all')}}))
    expect(peer.shownIn(ada).map(message => message.text)).toEqual([
      'I cannot read that sound. Please record it as a voice message.',
    ])
  })

  it('without words is answered with one sentence', async () => {
    const {peer, done} = await startService({heard: ''})
    await done(peer.userSends({from: ada, voice: {bytes: await toneNote()}}))
    expect(peer.shownIn(ada).map(message => message.text)).toEqual([expect.stringContaining('I heard no speech')])
  })
})

describe('a text', () => {
  it('is answered with a text, and nothing else', async () => {
    const {peer, done} = await startService()
    await done(peer.userSends({from: ada, text: 'Hello'}))
    expect(peer.shownIn(ada)).toMatchObject([{text: 'You said: Hello.', edits: 0}])
    expect(peer.callsOf('sendVoice')).toEqual([])
    expect(peer.callsOf('sendMessage')[0]?.payload).not.toHaveProperty('parse_mode')
  })

  it('that looks like markup goes through as it is', async () => {
    const {peer, done} = await startService({answer: () => '<b>*_[x](y)`'})
    await done(peer.userSends({from: ada, text: '<i>&'}))
    expect(peer.shownIn(ada)[0]?.text).toBe('<b>*_[x](y)`')
  })

  it('with a long answer is answered with several messages, in order', async () => {
    const text = Array.from({length: 1500}, (_, n) => `${n}`).join(' ')
    const {peer, done} = await startService({answer: () => text})
    await done(peer.userSends({from: ada, text: 'count'}))
    expect(peer.shownIn(ada).length).toBeGreaterThan(1)
    expect(
      peer
        .shownIn(ada)
        .map(message => message.text)
        .join(' '),
    ).toBe(text)
  })

  it('without an answer gets a sentence instead of silence', async () => {
    const {peer, done} = await startService({answer: () => '  '})
    await done(peer.userSends({from: ada, text: 'hm'}))
    expect(peer.shownIn(ada)[0]?.text).toContain('nothing to say')
  })

  it('speaks for the person who wrote it, in a conversation of its own', async () => {
    const {peer, done, requests} = await startService({settings: {users: ['42', '43']}})
    await done(peer.userSends({from: ada, text: 'I am Ada'}))
    await done(peer.userSends({from: 43, text: 'I am Bob'}))
    expect(requests.map(({speaker, session}) => [speaker, session])).toEqual([
      ['telegram:42', 'telegram:42'],
      ['telegram:43', 'telegram:43'],
    ])
  })
})

describe('commands', () => {
  it('/start, /help and /status answer; another one points to /help', async () => {
    const {peer, done} = await startService()
    for (const text of ['/start', '/help@june_test_bot', '/status now', '/dance'])
      await done(peer.userSends({from: ada, text}))
    const [start, help, status, other] = peer.shownIn(ada).map(message => message.text ?? '')
    expect(start).toContain('Hello, I am June.')
    expect(help).toContain('60 seconds, 20.0 MB')
    expect(status).toContain('Speech recognition: online, scripted script on cpu, no turn yet')
    expect(other).toContain('/dance')
    expect(other).toContain('/help')
  })

  it('/status tells the median time of the turns so far', async () => {
    const {peer, done} = await startService()
    await done(peer.userSends({from: ada, text: 'hello'}))
    await done(peer.userSends({from: ada, text: '/status'}))
    expect(peer.shownIn(ada).at(-1)?.text).toMatch(/Whole turn: \d+\.\d\d sec \(median/)
  })

  it('say what is only a demonstration, and so does the first answer of a chat, once', async () => {
    const notices = ['These are toys.', 'Install real models: essence models download --all']
    const {peer, done} = await startService({notices})
    for (const text of ['hello', 'hello again', '/start', '/status']) await done(peer.userSends({from: ada, text}))
    const texts = peer.shownIn(ada).map(message => message.text ?? '')
    const told = texts.map(text => text.includes('These are toys.') && text.includes('essence models download --all'))
    expect(texts).toHaveLength(5)
    expect(told).toEqual([false, true, false, true, true])
  })

  it('are not the only words with a slash', async () => {
    const {peer, done, requests} = await startService()
    await done(peer.userSends({from: ada, text: '/ is a slash'}))
    expect(requests.map(({text}) => text)).toEqual(['/ is a slash'])
  })
})

it('says what it understands when it gets something else, and is silent on service messages', async () => {
  const {peer, done} = await startService()
  const photo = [{file_id: 'p', file_unique_id: 'p', width: 1, height: 1}]
  peer.userSends({from: ada, extra: {new_chat_title: 'x'}})
  await done(peer.userSends({from: ada, extra: {photo}}))
  expect(peer.shownIn(ada).map(message => message.text)).toEqual([
    expect.stringContaining('I understand voice messages'),
  ])
})

describe('a message that has to wait', () => {
  it('is told its place, by a draft that is gone with the answer', async () => {
    const held = Promise.withResolvers<string>()
    const {peer, done} = await startService({
      parallelTurns: 1,
      settings: {users: ['42', '43']},
      answer: ({text}) => (text === 'first' ? held.promise : 'second answer'),
    })
    const first = peer.userSends({from: ada, text: 'first'})
    await peer.until(() => peer.state.drafts.get(ada)?.includes('Thinking') ?? false)
    const second = peer.userSends({from: 43, text: 'second'})
    await peer.until(() => peer.state.drafts.get(43) === 'One message is before yours.')
    held.resolve('first answer')
    await done(first)
    await done(second)
    expect(peer.shownIn(43).map(({text}) => text)).toEqual(['second answer'])
    expect(peer.state.drafts.size).toBe(0)
  })
})
