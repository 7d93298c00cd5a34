// Four files that keep FFmpeg busy, beside twenty voice messages of other people, with the engines that come with Essence.
import {encodeToBytes} from '@essence/core/audio/encode/encode'
import {readConfig} from '@essence/core/config/read'
import {openSynthesizer} from '@essence/core/engines/synthesizer'
import {beforeAll, expect, it} from 'vitest'
import {tagBomb} from '../../../test/audio/tag-bomb.ts'
import {temporaryFolder} from '../../../test/temporary-folder.ts'
import {realEngines, startChild} from './child.ts'
import {openPeer} from './harness.ts'

const people = Array.from({length: 20}, (_, index) => 100 + index)
const villains = Array.from({length: 4}, (_, index) => 900 + index)
const env = {...realEngines, TELEGRAM_AUTHORIZED_USERS: [...people, ...villains].join(',')}

let question: Uint8Array
let bomb: Uint8Array

beforeAll(async () => {
  const {settings} = await readConfig()
  const tts = await openSynthesizer(settings)
  question = await encodeToBytes(tts.synthesize('what time is it'), 'ogg')
  await tts.close()
  bomb = await tagBomb()
})

const open = async () => {
  const peer = await openPeer()
  const child = startChild(peer, await temporaryFolder(), env)
  await child.says('"msg":"ready"')
  const voicesOf = (person: number): number => peer.shownIn(person).filter(({voice}) => voice).length
  /** Everybody asks at once. @returns ms until everybody has another answer */
  const round = async (answers: number): Promise<number> => {
    const began = performance.now()
    for (const from of people) peer.userSends({from, voice: {bytes: question, duration: 2}})
    await peer.until(() => people.every(person => voicesOf(person) >= answers))
    return performance.now() - began
  }
  const attack = async (): Promise<void> => {
    const before = peer.downloads.length
    for (const from of villains) peer.userSends({from, voice: {bytes: bomb, duration: 1}})
    await peer.until(() => peer.downloads.length >= before + villains.length)
  }
  return {peer, child, round, attack}
}

// Three rounds of twenty turns, and what FFmpeg may take for each file: a busy machine needs minutes.
it('they are answered as before, and the four are told that their sound cannot be read', {
  timeout: 300_000,
}, async () => {
  const {peer, child, round, attack} = await open()
  // Of two rounds the slower one: other work on this machine comes and goes.
  const usual = Math.max(await round(1), await round(2))
  await attack()
  const beside = await round(3)
  process.stderr.write(`twenty turns: ${Math.round(usual)} ms, beside four such files ${Math.round(beside)} ms\n`)
  expect(beside / usual).toBeLessThan(2)
  await peer.until(() => villains.every(person => peer.shownIn(person).length === 1))
  expect(villains.map(person => peer.shownIn(person)[0]?.text)).toEqual(
    villains.map(() => 'I cannot read that sound. Please record it as a voice message.'),
  )
  child.kill('SIGTERM')
  expect(await child.ended).toEqual({code: 0, signal: null})
})

it('SIGTERM ends the process, whatever FFmpeg is at', async () => {
  const peer = await openPeer()
  const child = startChild(peer, await temporaryFolder(), {...env, DRAIN_TIMEOUT_SECONDS: '1'})
  await child.says('"msg":"ready"')
  for (const from of villains) peer.userSends({from, voice: {bytes: bomb, duration: 1}})
  await peer.until(() => peer.downloads.length === villains.length)
  const began = performance.now()
  child.kill('SIGTERM')
  expect(await child.ended).toEqual({code: 0, signal: null})
  expect(performance.now() - began).toBeLessThan(6000)
})
