// Slash commands and `!commands`, and the buttons below questions.
import {adminCommands} from '@essence/core/channel/access-words'
import {describe, expect, it} from 'vitest'
import {askingFirst, factOf, scriptedMind} from '../../../test/engines/scripted-mind.ts'
import {ada, generalOf, openPeer, startService, textsIn} from './harness.ts'

const tea = factOf('1a2b3c4d-0000-4000-8000-000000000001', 'Ada likes tea.')
const dog = factOf('5e6f7a8b-0000-4000-8000-000000000002', 'Ada has a dog.')

const commands = [
  'ask',
  'help',
  'status',
  'language',
  'voice',
  'mode',
  'reset',
  'memory',
  'forget',
  'stop',
  'join',
  'leave',
  'ping',
]

describe('slash commands', () => {
  it('are told to Discord, in its languages too', async () => {
    const {peer} = await startService()
    await peer.until(() => peer.state.commands.length > 0)
    const told = peer.state.commands as {name: string; description: string; description_localizations: object}[]
    expect(told.map(({name}) => name)).toEqual([...commands, ...Object.keys(adminCommands)])
    for (const {description, description_localizations: more} of told) {
      for (const text of [description, ...Object.values(more)]) expect(text.length).toBeLessThanOrEqual(100)
    }
  })

  it('are shown to nobody whom they are not for, as far as Discord hides them', async () => {
    const {peer, done} = await startService()
    await peer.until(() => peer.state.commands.length > 0)
    const admin = (peer.state.commands as {name: string}[]).filter(({name}) => name.startsWith('admin_'))
    expect(admin.length).toBe(Object.keys(adminCommands).length)
    for (const command of admin)
      expect(command).toMatchObject({contexts: [0], integration_types: [0], default_member_permissions: '0'})
    // Who sees one all the same is told whose they are.
    await done(peer.userRuns('admin_help', {}, {channel: generalOf(peer)}))
    expect(peer.shownIn(generalOf(peer))).toMatchObject([{text: 'Only my owner may use /admin_help.', ephemeral: true}])
  })

  it('are answered where they are given: what is a person’s own only they see', async () => {
    const {peer, done} = await startService()
    const general = generalOf(peer)
    await done(peer.userRuns('ping', {}, {channel: general}))
    await done(peer.userRuns('status', {}, {channel: general}))
    await done(peer.userRuns('ask', {question: 'why?'}, {channel: general}))
    expect(peer.shownIn(general)).toMatchObject([
      {text: 'Pong!', ephemeral: true},
      {text: expect.stringMatching(/^Bot: online\nSpeech recognition: online, scripted/), ephemeral: true},
      {text: 'You said: why?.', ephemeral: false},
    ])
  })

  it('that wait are no longer shown as being answered once somebody says stop', async () => {
    const {peer, done, requests} = await startService({answer: () => new Promise(() => {})})
    const general = generalOf(peer)
    peer.userSends({channel: general, text: '<@4711> tell me everything'})
    await expect.poll(() => requests.length).toBe(1)
    await done(peer.userRuns('ping', {}, {channel: peer.directOf(ada)}))
    peer.userRuns('ask', {question: 'and?'}, {channel: general})
    await peer.until(() => peer.callsOf('callback').length === 2)
    await done(peer.userRuns('stop', {}, {channel: general}))
    await peer.until(() => peer.callsOf('deleteOriginal').length > 0)
    expect(peer.callsOf('deleteOriginal')).toHaveLength(1)
    expect(textsIn(peer, general)).toEqual(['I have stopped.'])
    expect(textsIn(peer, peer.directOf(ada))).toEqual(['Pong!'])
  })

  it('are acknowledged at once, also behind an answer that takes its time', async () => {
    const slow = Promise.withResolvers<string>()
    const {peer, done} = await startService({answer: ({text}) => (text === 'slow' ? slow.promise : 'Quick.')})
    const general = generalOf(peer)
    peer.userSends({channel: general, text: '<@4711> slow'})
    const id = peer.userRuns('ask', {question: 'quick'}, {channel: general})
    await peer.until(() => peer.callsOf('callback').length === 1)
    expect(textsIn(peer, general)).toEqual([])
    slow.resolve('Slow.')
    await done(id)
    expect(textsIn(peer, general)).toEqual(['Slow.', 'Quick.'])
  })

  it.each<[string, Parameters<Awaited<ReturnType<typeof openPeer>>['fault']>]>([
    ['its first answer breaks, carried out', ['callback', {kind: 'broken', carriedOut: true}]],
    ['its first answer breaks, not carried out', ['callback', {kind: 'broken', carriedOut: false}]],
    ['its answer breaks, carried out', ['editOriginal', {kind: 'broken', carriedOut: true}]],
    ['its answer is answered 500, carried out', ['editOriginal', {kind: 'refused', status: 500, carriedOut: true}]],
    ['Discord takes no more for a while', ['editOriginal', {kind: 'refused', status: 429, retryAfter: 0.2}]],
  ])('have their answer once where %s', async (_, fault) => {
    const {peer, done, direct} = await startService()
    peer.fault(...fault)
    await done(peer.userRuns('ask', {question: 'why'}))
    expect(textsIn(peer, direct)).toEqual(['You said: why.'])
  })

  it('whose address is gone are answered in the channel, but for what is for one person only', async () => {
    const {peer, done, logged} = await startService()
    const general = generalOf(peer)
    const gone = {kind: 'refused', status: 404, code: 10062, message: 'Unknown interaction'} as const
    peer.fault('callback', gone)
    await done(peer.userRuns('ask', {question: 'why'}, {channel: general}))
    expect(textsIn(peer, general)).toEqual(['You said: why.'])
    peer.fault('callback', gone)
    const id = peer.userRuns('memory', {}, {channel: general})
    expect(await logged(line => line.msg === 'answered' && line['id'] === id)).toMatchObject({outcome: 'refused'})
    expect(textsIn(peer, general)).toHaveLength(1)
  })

  it('of strangers are told a code, and that it is waited with; then no more', async () => {
    const {peer, done} = await startService()
    const general = generalOf(peer)
    await done(peer.userRuns('ask', {question: 'a'}, {from: '666', channel: general}))
    await done(peer.userRuns('ask', {question: 'b'}, {from: '666', channel: general}))
    peer.userRuns('ask', {question: 'c'}, {from: '666', channel: general})
    await done(peer.userRuns('ping', {}, {channel: general}))
    expect(textsIn(peer, general)).toEqual([
      expect.stringContaining('666'),
      expect.stringContaining('has not let you in yet'),
      'Pong!',
    ])
    expect(peer.callsOf('callback')).toHaveLength(3)
  })
})

describe('a command with !', () => {
  it('is answered, in a server only where it is one of June’s', async () => {
    const {peer, done, direct} = await startService()
    const general = generalOf(peer)
    await done(peer.userSends({text: '!ping'}))
    await done(peer.userSends({text: '!nonsense'}))
    expect(textsIn(peer, direct)).toEqual(['Pong!', expect.stringMatching(/^I do not know \/nonsense/)])
    peer.userSends({channel: general, text: '!play music'})
    await done(peer.userSends({channel: general, text: '!help'}))
    expect(textsIn(peer, general)).toEqual([expect.stringMatching(/\/ask [\s\S]*\/ping /)])
    await done(peer.userSends({channel: general, text: '!ask how'}))
    expect(textsIn(peer, general)[1]).toBe('You said: how.')
  })
})

describe('/language and /voice', () => {
  it('are kept for the person, over a restart', async () => {
    const peer = await openPeer()
    const first = await startService({peer})
    const {done, direct, folder} = first
    await done(peer.userSends({text: '!language German'}))
    await done(peer.userSends({text: '!language klingon'}))
    await done(peer.userSends({text: '!voice nobody'}))
    await first.stop()
    const second = await startService({peer, folder})
    await second.done(peer.userSends({text: 'hallo'}))
    expect(second.requests[0]).toMatchObject({language: 'de'})
    await second.done(peer.userSends({text: '!language auto'}))
    await second.done(peer.userSends({text: 'hello'}))
    expect(second.requests[1]?.language).not.toBe('de')
    expect(textsIn(peer, direct)[1]).toContain('klingon')
    expect(textsIn(peer, direct)[2]).toContain('nobody')
  })
})

describe('/mode', () => {
  it('holds for the person, or for the channel, as it is about', async () => {
    const {peer, done, direct} = await startService({settings: {users: [ada, '43']}})
    const general = generalOf(peer)
    await done(peer.userSends({text: '!mode both'}))
    await done(peer.userSends({text: 'hello'}))
    expect(textsIn(peer, direct).slice(1)).toEqual(['(voice)', 'You said: hello.'])
    await done(peer.userSends({channel: general, text: '!mode always'}))
    await done(peer.userSends({from: '43', channel: general, text: 'to nobody'}))
    // The way of the other one is theirs.
    expect(textsIn(peer, general).at(-1)).toBe('You said: to nobody.')
    await done(peer.userSends({channel: general, text: '!mode'}))
    expect(textsIn(peer, general).at(-1)).toContain('In this group I answer every message.')
  })
})

describe('the language of a person', () => {
  it('is the one they asked for, in words too, in all that June says herself', async () => {
    const {peer, done, direct, requests} = await startService()
    await done(peer.userSends({text: 'Sprich Deutsch'}))
    expect(requests).toEqual([])
    await done(peer.userSends({text: '!nonsense'}))
    await done(peer.userRuns('stop', {}))
    expect(textsIn(peer, direct).join('\n')).toMatch(/Deutsch[\s\S]*\/nonsense/)
    expect(textsIn(peer, direct).join('\n')).not.toMatch(/I do not know|I have stopped/)
  })
})

describe('/stop', () => {
  it('ends what is being answered in the channel, and leaves nothing of it behind', async () => {
    const asked = Promise.withResolvers<void>()
    const {peer, done, direct} = await startService({
      answer({text}) {
        if (text !== 'long') return 'Short.'
        asked.resolve()
        return new Promise<string>(() => {})
      },
    })
    peer.userRuns('ask', {question: 'long'})
    await asked.promise
    await done(peer.userSends({text: '!stop'}))
    await peer.until(() => peer.callsOf('deleteOriginal').length === 1)
    await done(peer.userSends({text: 'next'}))
    expect(textsIn(peer, direct)).toEqual(['I have stopped.', 'Short.'])
  })
})

describe('what June knows of a person', () => {
  it('is listed, and erased by the command that stands below it', async () => {
    const {mind} = scriptedMind({facts: {'discord:42': [tea, dog]}})
    const {peer, done, direct} = await startService({mind})
    await done(peer.userSends({text: '!memory'}))
    const [list = ''] = textsIn(peer, direct)
    expect(list).toContain('Ada likes tea.')
    const [, id] = /dog\.\n`\/forget (\w+)`/.exec(list) ?? []
    await done(peer.userRuns('forget', {what: id ?? ''}))
    expect(textsIn(peer, direct)[1]).toBe('Forgotten: Ada has a dog.')
  })

  it('is erased as a whole only after a question, which only the person who is asked may answer', async () => {
    const {mind, trace} = scriptedMind({facts: {'discord:42': [tea]}})
    const {peer, done} = await startService({mind, settings: {users: [ada, '43']}})
    const general = generalOf(peer)
    await done(peer.userSends({channel: general, text: '!forget everything'}))
    const [question] = peer.shownIn(general)
    if (!question) throw new Error('There is no question.')
    expect(question.buttons.map(button => 'label' in button && button.label)).toEqual(['Yes', 'No'])
    peer.userPresses('Yes', {from: '43', on: question})
    await peer.until(() => peer.callsOf('callback').length === 1)
    expect(trace.erased).toEqual([])
    await done(peer.userPresses('Yes', {on: question}))
    expect(trace.erased).toEqual(['discord:42'])
    expect(peer.shownIn(general).at(-1)).toMatchObject({
      text: 'I have forgotten everything I knew of you.',
      replyTo: question.id,
    })
    expect(question.buttons).toEqual([])
  })
})

describe('a question of June', () => {
  it('has buttons, and what is pressed is what is decided', async () => {
    const question = {id: '0d3f', question: 'Shall I send it?', expiresAt: new Date(Date.now() + 600_000)}
    const {answer} = askingFirst(question)
    const {peer, done, direct, requests} = await startService({answer})
    await done(peer.userSends({text: 'send it'}))
    const [asked] = peer.shownIn(direct)
    if (!asked) throw new Error('There is no question.')
    await done(peer.userPresses('Yes', {on: asked}))
    expect(textsIn(peer, direct)).toEqual(['Shall I send it?', 'It is done.'])
    expect(requests[1]?.decision).toEqual({confirmation: '0d3f', accepted: true})
  })
})
