// In groups: heard is what is meant for June, each person apart; the answer is written before their eyes.
import {describe, expect, it} from 'vitest'
import {temporaryFolder} from '../../../test/temporary-folder.ts'
import {ada, openPeer, startService} from './harness.ts'
import {toneNote} from './voice-notes.ts'

const group = {id: -100, type: 'group'} as const

const mention = (text: string) => ({
  text,
  extra: {
    entities: [{type: 'mention' as const, offset: text.indexOf('@june_test_bot'), length: '@june_test_bot'.length}],
  },
})

const shown = (peer: Awaited<ReturnType<typeof openPeer>>) => peer.shownIn(group.id)

describe('in a group', () => {
  it('what names her or answers her is answered, below it; what people say to each other is not', async () => {
    const {peer, done, requests, spooled} = await startService({groups: [group.id]})
    peer.userSends({from: ada, chat: group, text: 'Did you see that?'})
    const asked = peer.userSends({from: ada, chat: group, ...mention('@june_test_bot hello')})
    await done(asked)
    const reply_to_message = {message_id: 1, date: 0, chat: group, from: peer.state.me, text: 'x'}
    await done(peer.userSends({from: ada, chat: group, text: 'and you?', extra: {reply_to_message} as never}))
    expect(shown(peer).map(({text, replyTo}) => [text, replyTo])).toEqual([
      ['You said: hello.', peer.messageIdOf(asked)],
      ['You said: and you?.', expect.any(Number)],
    ])
    // Nothing is kept of what was not meant for her.
    expect(Object.keys(await spooled())).toHaveLength(2)
    expect(requests[0]).toMatchObject({speaker: 'telegram:42', session: 'telegram:-100'})
  })

  it('a voice that somebody refers to is heard, with what is asked about it', async () => {
    const {peer, done, requests} = await startService({groups: [group.id], heard: 'It will rain'})
    peer.state.files.set('other', Buffer.from(await toneNote()))
    const reply_to_message = {
      ...{message_id: 1, date: 0, chat: group, from: {id: 43, is_bot: false, first_name: 'Bob'}},
      voice: {file_id: 'other', file_unique_id: 'other', duration: 1},
    }
    const asked = mention('@june_test_bot is that so?')
    await done(peer.userSends({from: ada, chat: group, ...asked, extra: {...asked.extra, reply_to_message} as never}))
    expect(requests.at(-1)?.text).toBe('“It will rain”\n\nis that so?')
    expect(shown(peer)[0]?.voice).toBeDefined()
  })

  it('a text is written as a message that is changed, and stands there once', async () => {
    const rest = Promise.withResolvers<void>()
    const beginning = 'It is a long story, and it begins in a small house by the sea. '
    const {peer, done} = await startService({
      groups: [group.id],
      async *answer() {
        yield beginning
        await rest.promise
        yield 'The end.'
      },
    })
    const asked = peer.userSends({from: ada, chat: group, ...mention('@june_test_bot tell me')})
    await peer.until(() => shown(peer).length === 1)
    expect(shown(peer)[0]?.text).toContain('small house')
    rest.resolve()
    await done(asked)
    expect(shown(peer).map(({text, deleted}) => [text, deleted])).toEqual([[`${beginning}The end.`, false]])
    expect(peer.callsOf('sendMessageDraft')).toEqual([])
  })

  it('after a stop in the middle the same message is gone on with', async () => {
    const folder = temporaryFolder()
    const peer = await openPeer()
    const beginning = 'It is a long story, and it begins in a small house by the sea. '
    const first = await startService({
      ...{peer, folder, groups: [group.id]},
      async *answer() {
        yield beginning
        await new Promise(() => {})
      },
    })
    const asked = peer.userSends({from: ada, chat: group, ...mention('@june_test_bot tell me')})
    await peer.until(() => shown(peer).length === 1)
    await first.stop(AbortSignal.abort())
    const second = await startService({peer, folder, answer: () => 'Another story.'})
    await second.done(asked)
    expect(shown(peer).map(({text}) => text)).toEqual(['Another story.'])
  })

  it('the answer goes to where a group moved meanwhile', async () => {
    const {peer, done} = await startService({
      groups: [group.id],
      answer: () => {
        peer.state.moved.set(group.id, -200)
        return 'Here I am.'
      },
    })
    peer.state.chats.add(-200)
    await done(peer.userSends({from: ada, chat: group, ...mention('@june_test_bot where are you?')}))
    expect(peer.shownIn(-200).map(({text}) => text)).toEqual(['Here I am.'])
    expect(shown(peer)).toEqual([])
  })
})
