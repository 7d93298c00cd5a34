// Who speaks: people enrol in their chat; what others say from their account is answered apart. The model is scripted: it hears an angle.
import type {AssistantRequest} from '@essence/core/assistant/port'
import {wordsIn} from '@essence/core/channel/words/words'
import {describe, expect, it} from 'vitest'
import {ManualClock} from '../../../test/channel/manual-clock.ts'
import {scriptedVoices} from '../../../test/channel/test-voices.ts'
import {factOf, scriptedMind} from '../../../test/engines/scripted-mind.ts'
import {temporaryFolder} from '../../../test/temporary-folder.ts'
import {ada, openPeer, type StartOptions, startService} from './harness.ts'
import {toneNote} from './voice-notes.ts'

const words = wordsIn('en')
const group = {id: -100, type: 'group'} as const
const [longEnough, short] = [await toneNote(3), await toneNote(0.5)]

/** A service that knows some people, by the angles they speak at. */
const start = async (known: Record<string, number> = {}, options: StartOptions = {}) => {
  const {recognition, kept, next} = await scriptedVoices(known)
  const service = await startService({openVoices: async () => recognition, ...options})
  const {peer, done} = service
  const speak = async (angle: number, bytes = longEnough, more: object = {}): Promise<string> => {
    next.angle = angle
    await done(peer.userSends({from: ada, voice: {bytes, duration: 3}, ...more}))
    const chat = 'chat' in more ? group.id : ada
    const {text, caption} = peer.shownIn(chat).at(-1) ?? {}
    return text ?? caption ?? ''
  }
  const say = async (text: string): Promise<string> => {
    await done(peer.userSends({from: ada, text}))
    return peer.shownIn(ada).at(-1)?.text ?? ''
  }
  return {...service, kept, next, speak, say}
}

describe('/enrol', () => {
  it('learns a voice from three messages, which nobody answers or keeps', async () => {
    const {say, speak, kept, requests, engines} = await start()
    expect(await say('/enrol')).toBe(`${words('enrolIntro')}\n\n1/3: “${words('enrolFirst')}”`)
    expect(await speak(0)).toBe(`2/3: “${words('enrolSecond')}”`)
    expect(await speak(5)).toBe(`3/3: “${words('enrolThird')}”`)
    expect(await kept.all()).toEqual([])
    expect(await speak(10)).toBe(words('enrolDone'))
    expect(await kept.all()).toMatchObject([{person: 'telegram:42'}])
    expect([requests, engines.trace.languages]).toEqual([[], []])
    // The next one is a question.
    expect(await speak(5)).toContain('You said: hello june.')
  })

  it('asks again for one that is too short, and for all where they are not of one person', async () => {
    const {say, speak, kept} = await start()
    await say('/enrol')
    expect(await speak(0, short)).toBe(`${words('enrolAgain')}\n\n1/3: “${words('enrolFirst')}”`)
    await speak(0)
    await speak(0)
    expect(await speak(180)).toBe(`${words('enrolMixed')}\n\n1/3: “${words('enrolFirst')}”`)
    expect(await kept.all()).toEqual([])
    for (const angle of [0, 0, 0]) await speak(angle)
    expect(await kept.all()).toHaveLength(1)
  })

  it('what is written meanwhile is answered; /stop ends it, and so does time', async () => {
    const clock = new ManualClock()
    const {say, speak} = await start({}, {clock})
    await say('/enrol')
    expect(await say('hello')).toBe('You said: hello.')
    await say('/stop')
    expect(await speak(0)).toContain('You said: hello june.')
    await say('/enrol')
    await clock.advance(11 * 60_000)
    expect(await speak(0)).toContain('You said: hello june.')
  })

  it('goes on after a restart', async () => {
    const [folder, peer] = [temporaryFolder(), await openPeer()]
    const before = await start({}, {folder, peer})
    await before.say('/enrol')
    expect(await before.speak(0)).toBe(`2/3: “${words('enrolSecond')}”`)
    await before.stop()
    const {speak, kept} = await start({}, {folder, peer})
    expect(await speak(5)).toBe(`3/3: “${words('enrolThird')}”`)
    // It is one of the three: another voice does not pass for it.
    expect(await speak(180)).toContain(words('enrolMixed'))
    for (const angle of [0, 5, 10]) await speak(angle)
    expect(await kept.all()).toMatchObject([{person: 'telegram:42'}])
  })

  it('/enrol off erases, and so does /forget everything', async () => {
    const {mind} = scriptedMind()
    const {say, kept, peer, done} = await start({'telegram:42': 0, 'telegram:43': 90}, {mind})
    expect(await say('/enrol off')).toBe(words('enrolErased'))
    expect(await kept.all()).toMatchObject([{person: 'telegram:43'}])
    await kept.put({person: 'telegram:42', model: 'circle', vector: Float32Array.of(1, 0), enrolledAt: new Date()})
    await say('/forget everything')
    const [asked] = peer.shownIn(ada).slice(-1)
    if (!asked) throw new Error('nothing was asked')
    await done(peer.userPresses('Yes', {on: asked}))
    expect(await kept.all()).toMatchObject([{person: 'telegram:43'}])
  })

  it('is for private chats only', async () => {
    const {peer, done, kept} = await start({}, {groups: [group.id]})
    await done(peer.userSends({from: ada, chat: group, text: '/enrol'}))
    expect(peer.shownIn(group.id).at(-1)?.text).toBe(words('privateOnly', {command: 'enrol'}))
    expect(await kept.all()).toEqual([])
  })

  it('is in the menu and the help where voices are known, and nowhere else', async () => {
    const on = await start()
    await on.logged(({msg}) => msg === 'Telegram shows the commands')
    expect(JSON.stringify(on.peer.state.commandLists.get('all_private_chats::de'))).toContain('enrol')
    expect(await on.say('/help')).toContain('/enrol  ')
    const peer = await openPeer()
    const off = await startService({peer})
    await off.done(peer.userSends({from: ada, text: '/help'}))
    await off.done(peer.userSends({from: ada, text: '/enrol'}))
    const [help, enrol] = peer.shownIn(ada).slice(-2)
    expect(help?.text).not.toContain('enrol')
    expect(enrol?.text).toBe(words('unknownCommand', {command: 'enrol'}))
  })
})

const own = {speaker: 'telegram:42', session: 'telegram:42', tools: undefined, among: undefined}

/** Of nobody: not the account's, nor that of whom it sounds like. */
const isApart = ({speaker, session, tools, among}: AssistantRequest): void => {
  expect([speaker, session]).toEqual([expect.stringMatching(/^telegram:42#\d+$/), expect.stringMatching(/#\d+$/)])
  expect([tools, among]).toEqual([false, undefined])
}

describe('a voice message', () => {
  it('of the account’s person is answered as ever, and so is one too short to tell', async () => {
    const {speak, requests} = await start({'telegram:42': 0, 'telegram:43': 90})
    await speak(10)
    await speak(180, short)
    expect(requests).toMatchObject([own, own])
  })

  it('of a stranger: June says so, and answers without memory, tools or a trace', async () => {
    const lyon = factOf('1', 'Lives in Lyon.')
    const {mind, trace} = scriptedMind({facts: {'telegram:42': [lyon]}})
    const forgotten: unknown[] = []
    const {speak, requests} = await start(
      {'telegram:42': 0},
      {mind, forget: (session, speaker) => void forgotten.push({session, speaker})},
    )
    expect(await speak(180)).toBe(`“hello june”\n\n${words('speakerUnknown')}\n\nYou said: hello june.`)
    const [request] = requests
    if (!request) throw new Error('nothing was asked')
    isApart(request)
    expect(trace.erased).toEqual([request.speaker])
    expect(forgotten).toEqual([{session: request.session, speaker: request.speaker}])
    // And the person themselves goes on where they were.
    await speak(0)
    expect(requests[1]).toMatchObject(own)
  })

  it('of another who is known opens neither memory', async () => {
    const {speak, requests} = await start({'telegram:42': 0, 'telegram:43': 90})
    expect(await speak(90)).toBe('“hello june”\n\nYou said: hello june.')
    expect(requests).toHaveLength(1)
    for (const request of requests) isApart(request)
  })

  it('of a stranger counts for the account it came from', async () => {
    const beforePiece = () => new Promise<void>(resolve => setTimeout(resolve, 60))
    const {speak, say, requests} = await start({'telegram:42': 0}, {settings: {budgetMs: 20}, beforePiece})
    await speak(180)
    expect(await say('hello')).toBe(words('budgetSpent'))
    expect(requests).toHaveLength(1)
  })

  it('that somebody refers to is answered apart; who asks in writing is no stranger', async () => {
    const {peer, done, requests, next} = await start({'telegram:42': 0})
    next.angle = 180
    peer.state.files.set('other', Buffer.from(longEnough))
    const reply_to_message = {
      ...{message_id: 1, date: 0, chat: {id: ada, type: 'private'}},
      ...{
        from: {id: 43, is_bot: false, first_name: 'Bob'},
        voice: {file_id: 'other', file_unique_id: 'o', duration: 3},
      },
    }
    await done(peer.userSends({from: ada, text: 'is that so?', extra: {reply_to_message} as never}))
    for (const request of requests) isApart(request)
    expect(requests[0]?.text).toBe('“hello june”\n\nis that so?')
    expect(peer.shownIn(ada).at(-1)?.caption).not.toContain(words('speakerUnknown'))
  })

  it('cannot change what the chat has chosen', async () => {
    const {speak, openChats} = await start({'telegram:42': 0}, {heard: 'Please speak German'})
    expect(await speak(180)).toContain(words('speakerUnknown'))
    const chats = await openChats()
    expect(await chats.of(String(ada))).toEqual({})
    await speak(0)
    expect(await chats.of(String(ada))).toMatchObject({language: 'de'})
    await chats.close()
  })

  it('in a group of somebody who is not enrolled is theirs, unless it sounds like one who is', async () => {
    const {speak, requests} = await start({'telegram:43': 90}, {groups: [group.id]})
    const caption = {caption: '@june_test_bot', caption_entities: [{type: 'mention', offset: 0, length: 14}]}
    await speak(180, longEnough, {chat: group, extra: caption})
    expect(requests.at(-1)).toMatchObject({speaker: 'telegram:42', session: 'telegram:-100'})
    expect(requests.at(-1)?.among).toEqual({room: 'telegram:-100', name: expect.stringMatching(/\S/)})
    await speak(90, longEnough, {chat: group, extra: caption})
    for (const request of requests.slice(1)) isApart(request)
    expect(requests).toHaveLength(2)
  })

  it('costs nothing where its person is not enrolled, and others of other channels do not count', async () => {
    const {speak, next, requests} = await start({'telegram:43': 90, cli: 0})
    await speak(90)
    expect([next.asked, requests]).toMatchObject([0, [own]])
  })

  it('is not answered where it cannot be told whose it is', async () => {
    const {speak, requests, kept} = await start({'telegram:42': 0})
    kept.all = () => Promise.reject(new Error('the file is damaged'))
    expect(await speak(0)).toBe(words('failed'))
    expect(requests).toEqual([])
  })
})
