// Whom the bot answers, and how much of what they send.
import {writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {describe, expect, it} from 'vitest'
import {temporaryFolder} from '../../../test/temporary-folder.ts'
import {ada, startService} from './harness.ts'
import {toneNote} from './voice-notes.ts'

const stranger = 666

describe('limits', () => {
  it.each([
    ['too long', {duration: 61}, 'at most 60 seconds'],
    ['too large', {claimedSize: 20 * 1024 * 1024 + 1}, 'at most 20.0 MB'],
  ])('refuse what is %s without asking for the file', async (_, claim, sentence) => {
    const {peer, done} = await startService()
    await done(peer.userSends({from: ada, voice: {bytes: await toneNote(), ...claim}}))
    expect(peer.shownIn(ada)[0]?.text).toContain(sentence)
    expect(peer.callsOf('getFile')).toEqual([])
    expect(peer.downloads).toEqual([])
  })

  it('stop a download that is larger than was said', async () => {
    const {peer, done, requests} = await startService({settings: {limits: {maxBytes: 100_000, maxSeconds: 60}}})
    const bytes = new Uint8Array(5_000_000)
    await done(peer.userSends({from: ada, voice: {bytes, claimedSize: 1000}}))
    expect(peer.downloads).toHaveLength(1)
    expect(peer.shownIn(ada)[0]?.text).toContain('too large')
    expect(requests).toEqual([])
  })

  it('are those of a server of our own, which has the files on its disk', async () => {
    const limits = {maxBytes: 40 * 1024 * 1024, maxSeconds: 60}
    const {peer, done} = await startService({settings: {limits}})
    const path = join(temporaryFolder(), 'voice.oga')
    // Longer than Telegram's own server gives: what stands behind the end of the sound is not read.
    writeFileSync(path, Buffer.concat([await toneNote(), Buffer.alloc(21 * 1024 * 1024)]))
    peer.state.local.set(`voice-${900}`, path)
    await done(peer.userSends({from: ada, voice: {bytes: await toneNote()}, updateId: 900}))
    expect(peer.shownIn(ada)[0]?.voice).toBeDefined()
    peer.state.local.set(`voice-${901}`, '/nowhere/voice.oga')
    await done(peer.userSends({from: ada, voice: {bytes: await toneNote()}, updateId: 901}))
    expect(peer.shownIn(ada)[1]?.text).toContain('could not fetch')
    expect(peer.downloads).toEqual([])
  })

  it('measure the sound itself: a length that was lied about is still too long', async () => {
    const {peer, done, requests} = await startService({settings: {limits: {maxBytes: 1_000_000, maxSeconds: 2}}})
    await done(peer.userSends({from: ada, voice: {bytes: await toneNote(4), duration: 1}}))
    expect(peer.shownIn(ada)[0]?.text).toContain('too long')
    expect(requests).toEqual([])
  })

  it('bound what one person sends, and say so once', async () => {
    const {peer, done} = await startService({settings: {rateLimits: {perMinute: 2, perHour: 100, perDay: 100}}})
    peer.userSends({from: ada, text: 'one'})
    peer.userSends({from: ada, voice: {bytes: await toneNote()}})
    const third = peer.userSends({from: ada, voice: {bytes: await toneNote()}})
    const fourth = peer.userSends({from: ada, text: 'four'})
    await done(third)
    await peer.until(() => peer.callsOf('getUpdates').some(({payload}) => payload['offset'] === fourth + 1))
    const texts = peer.shownIn(ada).map(({text, caption}) => text ?? caption)
    expect(texts).toEqual([
      'You said: one.',
      expect.stringContaining('hello june'),
      expect.stringContaining('Please wait'),
    ])
  })
})

describe('strangers', () => {
  it('are told their id once an hour, whatever they send, and reach no engine', async () => {
    const {peer, done, requests} = await startService()
    const first = peer.userSends({from: stranger, voice: {bytes: await toneNote()}})
    await done(first)
    for (const text of ['hello?', '/start', '/status', 'again']) peer.userSends({from: stranger, text})
    const last = peer.userSends({from: stranger, voice: {bytes: await toneNote()}})
    await peer.until(() => peer.callsOf('getUpdates').some(({payload}) => payload['offset'] === last + 1))
    await peer.until(() => peer.shownIn(stranger).length > 1)
    const [asked, waiting, ...rest] = peer.shownIn(stranger).map(({text}) => text ?? '')
    expect(asked).toContain(`Your Telegram id is ${stranger}.`)
    const [, code = 'none'] = /essence access approve ([2-9A-Z]{8})/.exec(asked ?? '') ?? []
    expect(waiting).toBe(`My owner has not let you in yet. Your code is still ${code}.`)
    expect(rest).toEqual([])
    expect(requests).toEqual([])
    expect(peer.callsOf('getFile')).toEqual([])
  })

  it('are everybody while the list is empty', async () => {
    const {peer, done, lines, requests} = await startService({settings: {users: []}})
    await done(peer.userSends({from: ada, text: 'hello'}))
    expect(peer.shownIn(ada)[0]?.text).toContain('Your Telegram id is 42')
    expect(requests).toEqual([])
    expect(lines.some(({msg}) => msg.includes('nobody may talk to the bot yet'))).toBe(true)
  })

  it('in a group are not read at all', async () => {
    const {peer, done, requests} = await startService()
    const chat = {id: -100, type: 'group'} as const
    peer.userSends({from: stranger, chat, text: '/start'})
    peer.userSends({from: stranger, chat, voice: {bytes: await toneNote()}})
    await done(peer.userSends({from: ada, text: 'and in private'}))
    expect(peer.shownIn(-100)).toEqual([])
    expect(requests.map(({text}) => text)).toEqual(['and in private'])
  })
})
