import {describe, expect, it} from 'vitest'
import {askingFirst} from '../../../test/engines/scripted-mind.ts'
import {temporaryFolder} from '../../../test/temporary-folder.ts'
import {ada, openPeer, startService} from './harness.ts'
import {toneNote} from './voice-notes.ts'

const question = {id: '0d3f', question: 'Shall I send this message to Bob?', expiresAt: new Date(Date.now() + 600_000)}
const german = {...question, question: 'Soll ich die Nachricht an Bob wirklich senden?'}

describe('what asks before it is done', () => {
  it.each([
    ['Yes', true, 'It is done.'],
    ['No', false, 'Then I leave it.'],
  ])('has buttons, and %s is answered once', async (label, accepted, said) => {
    const {answer, done: decided} = askingFirst(question)
    const {peer, done, requests} = await startService({answer})
    await done(peer.userSends({from: ada, text: 'Write to Bob'}))
    const [asked] = peer.shownIn(ada)
    if (!asked) throw new Error('nothing was asked')
    expect(asked.keyboard?.inline_keyboard.flat().map(({text}) => text)).toEqual(['Yes', 'No'])
    await done(peer.userPresses(label, {on: asked}))
    expect(peer.shownIn(ada).map(({text}) => text)).toEqual([question.question, said])
    expect(requests.at(-1)).toMatchObject({
      ...{speaker: 'telegram:42', session: 'telegram:42', channel: 'telegram', text: label, written: true},
      decision: {confirmation: question.id, accepted},
    })
    expect(decided).toEqual([accepted])
    // The buttons are gone, and the one that was pressed waits no longer.
    expect(asked.keyboard).toBeUndefined()
    expect(peer.state.presses.size).toBe(0)
  })

  it('asks in the language of the question, below a voice note too', async () => {
    const {peer, done} = await startService(askingFirst(german))
    await done(peer.userSends({from: ada, voice: {bytes: await toneNote()}}))
    const [asked] = peer.shownIn(ada)
    expect(asked?.voice).toBeDefined()
    expect(asked?.keyboard?.inline_keyboard.flat().map(({text}) => text)).toEqual(['Ja', 'Nein'])
  })

  it('keeps its buttons where a person takes no voice messages', async () => {
    const {peer, done} = await startService(askingFirst(question))
    peer.fault('sendVoice', {kind: 'refused', status: 400, description: 'Bad Request: VOICE_MESSAGES_FORBIDDEN'})
    await done(peer.userSends({from: ada, voice: {bytes: await toneNote()}}))
    expect(peer.shownIn(ada)[0]?.keyboard).toBeDefined()
  })

  it('with an id longer than a button carries has none: it is answered in words', async () => {
    const {peer, done} = await startService(askingFirst({...question, id: 'x'.repeat(61)}))
    await done(peer.userSends({from: ada, text: 'Write to Bob'}))
    expect(peer.shownIn(ada)).toMatchObject([{text: question.question}])
    expect(peer.shownIn(ada)[0]?.keyboard).toBeUndefined()
  })

  it('says so when it has expired, or was answered already', async () => {
    let now = 0
    const {answer, done: decided} = askingFirst(question, () => now)
    const {peer, done} = await startService({answer})
    await done(peer.userSends({from: ada, text: 'Write to Bob'}))
    await done(peer.userSends({from: ada, text: 'Write to Bob'}))
    const [first, second] = peer.shownIn(ada)
    if (!first || !second) throw new Error('nothing was asked')
    now = question.expiresAt.getTime()
    await done(peer.userPresses('Yes', {on: first}))
    now = 0
    const press = {on: {...second}}
    await done(peer.userPresses('Yes', press))
    // Pressed on a screen that still showed it.
    await done(peer.userPresses('Yes', press))
    expect(peer.shownIn(ada).map(({text}) => text)).toEqual([
      question.question,
      question.question,
      'That question has expired.',
      'It is done.',
      'That was answered already.',
    ])
    expect(decided).toEqual([true])
  })

  it('that was pressed is stored before Telegram is told, and done by the next start', async () => {
    const peer = await openPeer()
    const folder = temporaryFolder()
    const {answer, done: decided} = askingFirst(question)
    const first = await startService({answer, peer, folder})
    await first.done(peer.userSends({from: ada, text: 'Write to Bob'}))
    const [asked] = peer.shownIn(ada)
    if (!asked) throw new Error('nothing was asked')
    const held = Promise.withResolvers<void>()
    peer.fault('answerCallbackQuery', {kind: 'held', until: held.promise})
    const id = peer.userPresses('Yes', {on: asked})
    await peer.until(() => peer.callsOf('getUpdates').some(({payload}) => payload['offset'] === id + 1))
    expect(await first.spooled()).toMatchObject({[id]: 'working'})
    const stopped = first.stop(AbortSignal.abort())
    held.resolve()
    await stopped
    const second = await startService({answer, peer, folder})
    await second.done(id)
    expect(decided).toEqual([true])
    expect(peer.shownIn(ada).map(({text}) => text)).toEqual([question.question, 'It is done.'])
  })

  it('hears no stranger, and no button of another bot', async () => {
    const {answer, done: decided} = askingFirst(question)
    const {peer, done, requests} = await startService({answer})
    await done(peer.userSends({from: ada, text: 'Write to Bob'}))
    const [asked] = peer.shownIn(ada)
    if (!asked) throw new Error('nothing was asked')
    const foreign = {...asked, keyboard: {inline_keyboard: [[{text: 'Buy', callback_data: 'buy'}]]}}
    peer.userPresses('Buy', {on: foreign})
    await done(peer.userPresses('Yes', {from: 666, on: asked}))
    expect(decided).toEqual([])
    expect(requests).toHaveLength(1)
    expect(peer.shownIn(ada).at(-1)?.text).toContain('essence access approve')
  })
})

describe('the end of an answer', () => {
  it('names what it leans on, once each, below the text and in the caption', async () => {
    const sources = [
      {id: '1', name: 'Handbook', page: 12},
      {id: '1', name: 'Handbook', page: 12},
      {id: '2', name: 'Notes'},
    ]
    const {peer, done} = await startService({
      heard: 'how long',
      answer: () => ['Two years.', {kind: 'answer', text: '', sources}],
    })
    await done(peer.userSends({from: ada, text: 'how long'}))
    await done(peer.userSends({from: ada, voice: {bytes: await toneNote()}}))
    expect(peer.shownIn(ada).map(({text, caption}) => text ?? caption)).toEqual([
      'Two years.\n\n— Handbook, p. 12; Notes',
      '“how long”\n\nTwo years.\n\n— Handbook, p. 12; Notes',
    ])
  })

  it('that asks for quiet is answered with nothing: nothing plays here', async () => {
    const {peer, done} = await startService({answer: () => [{kind: 'answer', text: '', action: {kind: 'stop'}}]})
    await done(peer.userSends({from: ada, text: 'stop'}))
    expect(peer.shownIn(ada)).toEqual([])
  })
})
