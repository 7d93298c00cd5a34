// What Telegram refuses or leaves open, and what people have in the end.
import {describe, expect, it} from 'vitest'
import {ada, openPeer, startService} from './harness.ts'

const group = {id: -100, type: 'group'} as const
const name = '@june_test_bot'
const asked = {
  ...{from: ada, chat: group, text: `${name} tell me`},
  extra: {entities: [{type: 'mention' as const, offset: 0, length: name.length}]},
}
const beginning = 'It is a long story, and it begins in a small house by the sea. '

describe('an answer', () => {
  it('whose formatting is refused is sent without it', async () => {
    const peer = await openPeer()
    peer.fault('sendMessage', {kind: 'refused', status: 400, description: "Bad Request: can't parse entities"})
    const {done} = await startService({peer, answer: () => 'A **bold** word.'})
    await done(peer.userSends({from: ada, text: 'hello'}))
    expect(peer.shownIn(ada).map(({text}) => text)).toEqual(['A bold word.'])
    expect(peer.callsOf('sendMessage').map(({payload}) => payload['entities'] === undefined)).toEqual([false, true])
  })

  it('that is written before people is not begun again where nobody can tell whether it stands there', async () => {
    const peer = await openPeer()
    peer.fault('sendMessage', {kind: 'broken', carriedOut: true})
    const rest = Promise.withResolvers<void>()
    const {done} = await startService({
      ...{peer, groups: [group.id]},
      async *answer() {
        yield beginning
        await new Promise(resolve => setTimeout(resolve, 4000))
        yield 'And there '
        await rest.promise
        yield 'it ends.'
      },
    })
    const update = peer.userSends(asked)
    await new Promise(resolve => setTimeout(resolve, 5000))
    expect(peer.callsOf('sendMessage')).toHaveLength(1)
    rest.resolve()
    await done(update)
    // What may stand there is not the whole answer.
    expect(peer.shownIn(group.id).map(({text}) => text)).toEqual([beginning.trim(), `${beginning}And there it ends.`])
  })

  it('that was begun in a group that moved meanwhile is sent to where it moved, and changes nothing there', async () => {
    const peer = await openPeer()
    const rest = Promise.withResolvers<void>()
    const {done} = await startService({
      ...{peer, groups: [group.id]},
      async *answer() {
        yield beginning
        await rest.promise
        yield 'The end.'
      },
    })
    const update = peer.userSends(asked)
    await peer.until(() => peer.shownIn(group.id).length === 1)
    peer.state.moved.set(group.id, -200)
    peer.state.chats.add(-200)
    rest.resolve()
    await done(update)
    expect(peer.shownIn(-200).map(({text}) => text)).toEqual([`${beginning}The end.`])
    expect(peer.callsOf('editMessageText').filter(({payload}) => payload['chat_id'] === -200)).toEqual([])
  })
})
