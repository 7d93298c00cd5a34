// Whatever Discord's API does with a call, a person has each answer once, or a note.
import {inspect} from 'node:util'
import {isEssenceError} from '@essence/core/kit/errors'
import {Secret} from '@essence/core/kit/secret'
import {describe, expect, it} from 'vitest'
import {kept} from '../../../test/channel/bot-stores.ts'
import type {Fault} from '../../../test/peers/discord.ts'
import {generalOf, startService, textsIn} from './harness.ts'
import {toneNote} from './voice-notes.ts'

const answered = 'You said: hello.'

describe('an answer is there once', () => {
  it.each<[string, Fault, number]>([
    ['the connection breaks before it is carried out', {kind: 'broken', carriedOut: false}, 2],
    ['the connection breaks after it was carried out', {kind: 'broken', carriedOut: true}, 2],
    ['it is answered 502 without', {kind: 'refused', status: 502}, 2],
    ['it is answered 500 though it was carried out', {kind: 'refused', status: 500, carriedOut: true}, 2],
    ['its answer is garbage', {kind: 'garbage'}, 2],
    ['Discord takes no more for a while', {kind: 'refused', status: 429, retryAfter: 0.2}, 2],
    ['the channel is one that too many write to', {kind: 'refused', status: 429, retryAfter: 0.2, scope: 'shared'}, 2],
    ['Discord takes no more of anything', {kind: 'refused', status: 429, retryAfter: 0.2, global: true}, 2],
  ])('where %s', async (_, fault, calls) => {
    const {peer, done, direct} = await startService()
    peer.fault('createMessage', fault)
    await done(peer.userSends({text: 'hello'}))
    expect(textsIn(peer, direct)).toEqual([answered])
    expect(peer.callsOf('createMessage')).toHaveLength(calls)
  })

  it.each([true, false])('where no answer comes, carried out: %s', async carriedOut => {
    const {peer, done, direct} = await startService({settings: {requestTimeoutMs: 1000}})
    peer.fault('createMessage', {kind: 'silent', carriedOut})
    await done(peer.userSends({text: 'hello'}))
    expect(textsIn(peer, direct)).toEqual([answered])
  })

  it('where one breaks after another, each carried out', async () => {
    const {peer, done, direct} = await startService()
    peer.fault('createMessage', {kind: 'broken', carriedOut: true}, 3)
    await done(peer.userSends({text: 'hello'}))
    expect(textsIn(peer, direct)).toEqual([answered])
  })

  it('where a voice message breaks, with its text', async () => {
    const {peer, done, direct} = await startService({heard: 'hi', answer: () => 'Yes.'})
    peer.fault('createMessage', {kind: 'broken', carriedOut: true})
    await done(peer.userSends({voice: {bytes: await toneNote()}}))
    expect(textsIn(peer, direct)).toEqual(['(voice)', '“hi”\n\nYes.'])
  })

  it('where the message it answers was deleted', async () => {
    const {peer, done} = await startService({
      answer: () => {
        peer.userDeletes(id)
        return 'Yes.'
      },
    })
    const general = generalOf(peer)
    const id = peer.userSends({channel: general, text: '<@4711> hello'})
    await done(id)
    expect(peer.shownIn(general)).toMatchObject([{text: 'Yes.', replyTo: undefined}])
  })
})

describe('a person who cannot be written to', () => {
  it.each<[string, number, number]>([
    ['takes no messages of the bot', 403, 50007],
    ['has left with the channel', 404, 10003],
    ['is in a channel the bot may not see', 403, 50001],
    ['is in a channel the bot may not write to', 403, 50013],
  ])('because they are one who %s, costs no other answer', async (_, status, code) => {
    const {peer, done, logged, direct} = await startService()
    peer.fault('createMessage', {kind: 'refused', status, code, message: 'no'})
    await done(peer.userSends({text: 'hello'}))
    expect((await logged(({msg}) => msg === 'the answer was refused'))['why']).toContain(String(code))
    await done(peer.userSends({text: 'again'}))
    expect(textsIn(peer, direct)).toEqual(['You said: again.'])
  })
})

describe('the token', () => {
  it('that Discord does not know ends the start, and says what to do', async () => {
    const token = new Secret('NDcxMQ.abcdef.not-the-token-of-this-bot')
    const {starting, lines} = await startService({settings: {token}, start: false})
    const error = await starting.catch((error: unknown) => error)
    expect(error).toMatchObject({code: 'TOKEN_REJECTED', suggestions: [expect.stringContaining('Reset Token')]})
    expect(inspect([error, lines], {depth: 20, showHidden: true})).not.toContain('not-the-token')
  })

  it('that is revoked in mid-answer ends the service; the answer waits for the next start', async () => {
    const {peer, fatal, folder, stop, logged} = await startService()
    peer.fault('createMessage', {kind: 'refused', status: 401})
    const id = peer.userSends({text: 'one lost word'})
    // One 401 on the way means nothing: the token is good.
    await logged(line => line.msg === 'answered' && line['id'] === id)
    expect(fatal).toEqual([])
    peer.revokeToken()
    peer.userSends({text: 'hello'})
    await peer.until(() => fatal.length > 0)
    expect(isEssenceError(fatal[0]) && fatal[0].code).toBe('TOKEN_REJECTED')
    await stop(AbortSignal.abort())
    const states = Object.values(await kept(folder)).map(({state}) => state)
    expect(states.toSorted()).toEqual(['done', 'sending'])
  })
})

describe('messages', () => {
  it('are answered in the order in which they came, those of one channel', async () => {
    const {peer, done, direct} = await startService()
    const ids = Array.from({length: 8}, (_, n) => peer.userSends({text: `m${n}`}))
    await done(ids.at(-1) ?? '')
    expect(textsIn(peer, direct)).toEqual(ids.map((_, n) => `You said: m${n}.`))
  })

  it('that cannot be stored at first are stored later, in order', async () => {
    let failures = 2
    const {peer, done, direct} = await startService({
      keep: jobs => ({
        ...jobs,
        async receive(job) {
          if (failures-- > 0) throw new Error('no room')
          await jobs.receive(job)
        },
      }),
    })
    peer.userSends({text: 'a'})
    await done(peer.userSends({text: 'b'}))
    expect(textsIn(peer, direct)).toEqual(['You said: a.', 'You said: b.'])
  })

  it('leave nothing of their words behind once they are answered', async () => {
    const {peer, done, folder, stop} = await startService()
    const id = peer.userSends({text: 'secret words'})
    await done(id)
    await stop()
    expect(JSON.stringify(await kept(folder))).not.toContain('secret')
  })
})
