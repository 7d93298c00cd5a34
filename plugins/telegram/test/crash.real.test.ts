// The command as its own process, killed without warning at each step of an answer; then started again and counted.
import {describe, expect, it} from 'vitest'
import type {Fault} from '../../../test/peers/bot-api.ts'
import {temporaryFolder} from '../../../test/temporary-folder.ts'
import {startChild} from './child.ts'
import {ada, openPeer, spooled} from './harness.ts'
import {toneNote} from './voice-notes.ts'

const silent = (carriedOut: boolean): Fault => ({kind: 'silent', carriedOut})

const open = async () => {
  const peer = await openPeer()
  const dataDir = temporaryFolder()
  return {peer, dataDir}
}

/** Voice notes the person has, whatever else was shown. */
const answers = (peer: Awaited<ReturnType<typeof openPeer>>): number =>
  peer.shownIn(ada).filter(({voice}) => voice).length

describe('kill -9', () => {
  it.each([
    // The step at which the process stands when it is killed, the call it stands in, answers after the next start.
    ['as soon as the update was acknowledged', 'getUpdates', undefined, 1],
    ['during the turn', 'file', silent(false), 1],
    ['after the intent, before Telegram took it', 'sendVoice', silent(false), 0],
    ['after Telegram took it, before the receipt', 'sendVoice', silent(true), 1],
  ] as const)('%s', async (_, method, fault, count) => {
    const {peer, dataDir} = await open()
    const first = startChild(peer, dataDir)
    await first.says('"msg":"ready"')
    const before = peer.callsOf('getUpdates').length
    if (fault) peer.fault(method, fault)
    const id = peer.userSends({from: ada, voice: {bytes: await toneNote()}})
    if (method === 'getUpdates') await peer.until(() => peer.callsOf('getUpdates').length > before)
    else if (method === 'file') await peer.until(() => peer.downloads.length === 1)
    else await peer.until(() => peer.callsOf(method).length === 1)
    first.kill('SIGKILL')
    await first.ended

    const second = startChild(peer, dataDir)
    if (method === 'sendVoice') await second.says('may or may not have arrived')
    await second.says('"msg":"answered"')
    // Nothing is left that could still be answered.
    second.kill('SIGTERM')
    expect(await second.ended).toEqual({code: 0, signal: null})
    expect(await spooled(dataDir)).toEqual({[id]: 'done'})
    expect(answers(peer)).toBe(count)
    const notes = peer.shownIn(ada).filter(({text}) => text?.includes('please ask again'))
    expect(notes).toHaveLength(method === 'sendVoice' ? 1 : 0)
  })

  it('after the receipt: nothing is said twice', async () => {
    const {peer, dataDir} = await open()
    const first = startChild(peer, dataDir)
    const id = peer.userSends({from: ada, voice: {bytes: await toneNote()}})
    await first.says('"msg":"answered"')
    first.kill('SIGKILL')
    await first.ended
    // As if Telegram had not heard that the update arrived.
    peer.userSends({from: ada, text: 'again', updateId: id})
    const second = startChild(peer, dataDir)
    await second.says('"msg":"ready"')
    const next = peer.userSends({from: ada, text: 'next'})
    await second.says(`"id":"${next}","outcome":"sent"`)
    expect(answers(peer)).toBe(1)
    expect(peer.shownIn(ada).map(({text}) => text)).not.toContain('You said: again')
    expect(await spooled(dataDir)).toEqual({[id]: 'done', [next]: 'done'})
  })
})

describe('SIGTERM', () => {
  it('twice: ends at once, and nothing is lost', async () => {
    const {peer, dataDir} = await open()
    const first = startChild(peer, dataDir)
    await first.says('"msg":"ready"')
    peer.fault('file', silent(false))
    const id = peer.userSends({from: ada, voice: {bytes: await toneNote()}})
    await peer.until(() => peer.downloads.length === 1)
    first.kill('SIGTERM')
    await first.says('draining')
    first.kill('SIGTERM')
    // Ended by the signal itself, so that whoever waits for it knows why: a shell says 143.
    expect(await first.ended).toEqual({code: null, signal: 'SIGTERM'})
    expect(await spooled(dataDir)).toEqual({[id]: 'working'})
  })
})
