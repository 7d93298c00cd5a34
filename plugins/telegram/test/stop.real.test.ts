// The command with the engines that come with Essence, stopped in the middle of a turn; then started again and counted.
import {encodeToBytes} from '@essence/core/audio/encode/encode'
import {readConfig} from '@essence/core/config/read'
import {openSynthesizer} from '@essence/core/engines/synthesizer'
import {beforeAll, describe, expect, it} from 'vitest'
import {temporaryFolder} from '../../../test/temporary-folder.ts'
import {realEngines, startChild} from './child.ts'
import {ada, openPeer, spooled} from './harness.ts'

let question: Uint8Array

beforeAll(async () => {
  const {settings} = await readConfig()
  const tts = await openSynthesizer(settings)
  question = await encodeToBytes(tts.synthesize('what time is it'), 'ogg')
  await tts.close()
})

const open = async () => {
  const peer = await openPeer()
  const dataDir = temporaryFolder()
  const ask = () => peer.userSends({from: ada, voice: {bytes: question, duration: 2}})
  const answers = () => peer.shownIn(ada).flatMap(({voice, caption = ''}) => (voice ? [caption] : []))
  return {peer, dataDir, ask, answers}
}

const spokenTime = /^“what time is it”\n\nIt is \d+:\d\d [AP]M\.$/

describe('SIGTERM in the middle of a turn of real engines', () => {
  it('lets the turn listen, think, speak and be sent; the next start answers what waited', async () => {
    const {peer, dataDir, ask, answers} = await open()
    const first = startChild(peer, dataDir, realEngines)
    await first.says('"msg":"ready"')
    const download = Promise.withResolvers<void>()
    peer.fault('file', {kind: 'held', until: download.promise})
    const [runs, waits] = [ask(), ask()]
    await peer.until(() => peer.downloads.length === 1)
    await peer.until(() => peer.callsOf('getUpdates').some(({payload}) => payload['offset'] === waits + 1))
    first.kill('SIGTERM')
    await first.says('draining')
    // Only now is there anything to listen to: all of the turn happens in the time to drain.
    download.resolve()
    expect(await first.ended).toEqual({code: 0, signal: null})
    expect(await spooled(dataDir)).toEqual({[runs]: 'done', [waits]: 'received'})
    expect(answers()).toEqual([expect.stringMatching(spokenTime)])

    const second = startChild(peer, dataDir, realEngines)
    await second.says('"msg":"answered"')
    second.kill('SIGTERM')
    expect(await second.ended).toEqual({code: 0, signal: null})
    expect(await spooled(dataDir)).toEqual({[runs]: 'done', [waits]: 'done'})
    expect(answers()).toEqual([expect.stringMatching(spokenTime), expect.stringMatching(spokenTime)])
  })

  it('without time to drain cancels the engines, ends cleanly, and the next start answers', async () => {
    const {peer, dataDir, ask, answers} = await open()
    const first = startChild(peer, dataDir, {...realEngines, DRAIN_TIMEOUT_SECONDS: '0'})
    await first.says('"msg":"ready"')
    const id = ask()
    await peer.until(() => peer.downloads.length === 1)
    first.kill('SIGTERM')
    expect(await first.ended).toEqual({code: 0, signal: null})
    // Whatever stage it was cut off in, at most one voice has gone out, and then it is known.
    expect([{[id]: 'received'}, {[id]: 'done'}]).toContainEqual(await spooled(dataDir))

    const second = startChild(peer, dataDir, realEngines)
    await second.says('"msg":"ready"')
    await peer.until(() => answers().length === 1)
    second.kill('SIGTERM')
    expect(await second.ended).toEqual({code: 0, signal: null})
    expect(await spooled(dataDir)).toEqual({[id]: 'done'})
    expect(answers()).toEqual([expect.stringMatching(spokenTime)])
  })
})
