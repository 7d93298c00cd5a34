// An answer is shown while it is written, and what was shown becomes the answer.
import {setTimeout as pause} from 'node:timers/promises'
import {describe, expect, it} from 'vitest'
import {kept} from '../../../test/channel/bot-stores.ts'
import {ada, generalOf, openPeer, startService, textsIn} from './harness.ts'

/** An answer of pieces, each of which waits to be let go. */
const slowly = (pieces: readonly string[]) => {
  const gates = pieces.map(() => Promise.withResolvers<void>())
  async function* answer() {
    for (const [index, piece] of pieces.entries()) {
      await gates[index]?.promise
      yield piece
    }
  }
  return {answer, let: (index: number) => gates[index]?.resolve()}
}

describe('an answer that takes its time', () => {
  it('is shown as it grows, and is one message at the end', async () => {
    const script = slowly(['Once upon a time', ' there was a queen', ' who had a dog.'])
    const {peer, done, direct} = await startService(script)
    const id = peer.userSends({text: 'tell'})
    script.let(0)
    await peer.until(() => textsIn(peer, direct)[0] === 'Once upon a time …')
    script.let(1)
    await peer.until(() => textsIn(peer, direct)[0] === 'Once upon a time there was a queen …')
    script.let(2)
    await done(id)
    expect(textsIn(peer, direct)).toEqual(['Once upon a time there was a queen who had a dog.'])
    // Not more often than Discord likes it.
    const edits = peer.callsOf('editMessage').map(({at}) => at)
    const gaps = edits.slice(1, -1).map((at, index) => at - (edits[index] ?? 0))
    for (const gap of gaps) expect(gap).toBeGreaterThan(1000)
  })

  it('longer than a message goes on in further ones, whole', async () => {
    const words = Array.from({length: 500}, (_, n) => `word${n}`).join(' ')
    const script = slowly([words, ' end.'])
    const {peer, done, direct} = await startService(script)
    const id = peer.userSends({text: 'tell'})
    script.let(0)
    await peer.until(() => peer.shownIn(direct).length > 0)
    script.let(1)
    await done(id)
    expect(textsIn(peer, direct).join(' ')).toBe(`${words} end.`)
  })

  it('to a slash command is shown in its place', async () => {
    const script = slowly(['One', ' two.'])
    const {peer, done} = await startService(script)
    const general = generalOf(peer)
    const id = peer.userRuns('ask', {question: 'count'}, {channel: general})
    script.let(0)
    await peer.until(() => textsIn(peer, general)[0] === 'One …')
    script.let(1)
    await done(id)
    expect(textsIn(peer, general)).toEqual(['One two.'])
  })

  it('that fails is an apology in the same place', async () => {
    const script = slowly(['One', ' two.'])
    const {peer, done, direct} = await startService({
      async *answer() {
        yield* script.answer()
        throw new Error('no more')
      },
    })
    const id = peer.userSends({text: 'count'})
    script.let(0)
    await peer.until(() => peer.shownIn(direct).length > 0)
    script.let(1)
    await done(id)
    expect(textsIn(peer, direct)).toEqual([expect.stringMatching(/^Something went wrong/)])
  })

  it('whose message was deleted meanwhile is a new one', async () => {
    const script = slowly(['One', ' two.'])
    const {peer, done, direct} = await startService(script)
    const id = peer.userSends({text: 'count'})
    script.let(0)
    await peer.until(() => peer.shownIn(direct).length > 0)
    const [draft] = peer.shownIn(direct)
    if (draft) draft.deleted = true
    script.let(1)
    await done(id)
    expect(textsIn(peer, direct)).toEqual(['One two.'])
  })

  it('is taken away when somebody says stop', async () => {
    const script = slowly(['One', ' two.'])
    const {peer, done, direct} = await startService(script)
    peer.userSends({text: 'count'})
    script.let(0)
    await peer.until(() => peer.shownIn(direct).length > 0)
    await done(peer.userSends({text: '!stop'}))
    await peer.until(() => peer.shownIn(direct).length === 1)
    expect(textsIn(peer, direct)).toEqual(['I have stopped.'])
  })

  it.each(['broken', 'refused'] as const)('is there once where the showing of it is %s', async kind => {
    const script = slowly(['One', ' two.'])
    const {peer, done, direct} = await startService(script)
    const fault = kind === 'broken' ? {kind, carriedOut: true} : {kind, status: 500, carriedOut: true}
    peer.fault('createMessage', fault)
    const id = peer.userSends({text: 'count'})
    script.let(0)
    await peer.until(() => peer.callsOf('createMessage').length > 0)
    await pause(200)
    script.let(1)
    await done(id)
    expect(textsIn(peer, direct)).toEqual(['One two.'])
  })
})

describe('an answer that a stop interrupts', () => {
  it('goes on, in the same message, with the next start', async () => {
    const peer = await openPeer()
    const script = slowly(['One', ' two.'])
    const first = await startService({...script, peer})
    const id = peer.userSends({from: ada, text: 'count'})
    script.let(0)
    await peer.until(() => peer.shownIn(first.direct).length > 0)
    await first.stop(AbortSignal.abort())
    expect((await kept(first.folder))[id]).toMatchObject({state: 'received', mark: peer.shownIn(first.direct)[0]?.id})
    const second = await startService({peer, folder: first.folder, answer: () => 'One two three.'})
    await second.done(id)
    expect(textsIn(peer, second.direct)).toEqual(['One two three.'])
  })
})
