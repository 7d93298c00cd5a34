// A voice channel of Discord's, end to end: people's Opus over UDP, encrypted end to end, to June and back.
import {join as joinPath} from 'node:path'
import {readAudio} from '@essence/core/audio/decode/decode'
import {expect, it} from 'vitest'
import {hasSpeechFolder, speechFolder} from '../../../../test/audio/witness.ts'
import {missingOpenssl} from '../../../../test/rpc/authority.ts'
import {alice, bob, isOver, openVoice, soundOf, stranger, tone, toneEngines, wordMs} from './open-voice.ts'

const missing = missingOpenssl || (hasSpeechFolder ? '' : ' (skipped: no ../shared/data/speech)')
const until = <T>(what: () => T) => expect.poll(what, {timeout: 20_000, interval: 10})

it.skipIf(missing).each([
  ['end to end', 1],
  ['on the way only', 0],
] as const)(`answers recorded speech aloud, encrypted %s${missing}`, async (_, daveVersion) => {
  const engines = toneEngines({}, {answer: ['Good day to you, and to all who are here.']})
  let heardMs = 0
  engines.stt.recognize = async audio => {
    heardMs = audio.length / 16
    return {text: 'in being comparatively modern', segments: [], language: 'en', audioMs: heardMs}
  }
  const {peer, join, spoke} = await openVoice({engines, daveVersion})
  const person = peer.enter(alice, '1000')
  await join()
  const speech = await readAudio({path: joinPath(speechFolder, 'lj/LJ001-0002.flac')}, {sampleRate: 48_000})
  const endedAt = await person.say(speech)
  await until(() => spoke().length).toBe(1)
  await until(() => isOver(peer.heard)).toBe(true)
  const {ms, rms, startedAt} = await soundOf(peer.heard)
  // All of it, at its level: words of a tone of 0.5.
  expect(ms).toBeGreaterThanOrEqual(10 * wordMs)
  expect(ms).toBeLessThan(10 * wordMs + 60)
  expect(rms).toBeGreaterThan(0.3)
  expect(rms).toBeLessThan(0.4)
  // The turn was all that was said, and the silence waited for.
  expect(heardMs).toBeGreaterThan(speech.length / 48 - 300)
  expect(engines.trace.requests.at(-1)).toMatchObject({speaker: `discord:${alice}`, channel: 'discord'})
  if (daveVersion === 1) {
    expect(peer.group()?.isClientIn).toBe(true)
    expect(peer.group()?.executed.length).toBeGreaterThan(0)
    // Nothing of hers came as it was made: it could be decrypted by the person alone.
    expect(peer.group()?.sessionOf(alice)?.getDecryptionStats(peer.botId)).toMatchObject({failures: 0})
  }
  expect(peer.server().problems).toEqual([])
  // 400 ms of them are waited, to see whether the person goes on.
  expect(startedAt - endedAt).toBeLessThan(1500)
})

it.skipIf(missingOpenssl)(
  `hears two apart who speak at once, and answers one after the other${missingOpenssl}`,
  async () => {
    const engines = toneEngines({300: 'what is red', 700: 'what is blue'}, {answer: ({text}) => `You asked ${text}.`})
    const {peer, join, spoke} = await openVoice({engines})
    const [one, other] = [peer.enter(alice, '1000'), peer.enter(bob, '1000')]
    await join()
    await Promise.all([one.say(tone(300, 900)), other.say(tone(700, 1300))])
    await until(() => spoke().length).toBe(2)
    expect(engines.trace.requests.map(({speaker, text}) => [speaker, text])).toEqual([
      [`discord:${alice}`, 'what is red'],
      [`discord:${bob}`, 'what is blue'],
    ])
    expect(new Set(engines.trace.requests.map(({session}) => session)).size).toBe(2)
    await until(() => isOver(peer.heard)).toBe(true)
    // Both in full length, in one voice: twice five words.
    const {ms} = await soundOf(peer.heard)
    expect(spoke()).toMatchObject([{status: 'completed'}, {status: 'completed'}])
    expect(ms).toBeGreaterThanOrEqual(10 * wordMs)
    expect(ms).toBeLessThan(10 * wordMs + 120)
  },
)

const long = 'This is a long answer that goes on and on for many words until somebody at last says that it is enough.'

it.skipIf(missingOpenssl).each([
  ['whom she answers', alice],
  ['somebody else', bob],
])(`stops within 300 ms of speech when %s interrupts her${missingOpenssl}`, {retry: 1}, async (_, interrupter) => {
  const words = {300: 'tell me all', 700: 'but what about the harbour'}
  const engines = toneEngines(words, {answer: ({text}) => (text === 'tell me all' ? long : 'Well.')})
  const {peer, join, spoke} = await openVoice({engines})
  const people = new Map([alice, bob].map(id => [id, peer.enter(id, '1000')]))
  await join()
  await people.get(alice)?.say(tone(300, 900))
  await until(() => peer.heard.filter(({isSilence}) => !isSilence).length).toBeGreaterThan(40)
  const saidAt = performance.now()
  await people.get(interrupter)?.say(tone(700, 900))
  await until(() => spoke().length).toBe(2)
  const [first] = spoke()
  expect(first).toMatchObject({status: 'interrupted'})
  // What was heard of it, by her own account, is what came, to the word: it was given out 120 ms before it was due.
  const before = peer.heard.filter(({at}) => at < saidAt + 1000)
  const {ms, endedAt} = await soundOf(before)
  expect(endedAt - saidAt).toBeLessThan(300)
  expect(Math.abs(Number(first?.['heardMs']) - ms)).toBeLessThan(wordMs)
  expect(engines.trace.requests.at(-1)).toMatchObject({
    ...{speaker: `discord:${interrupter}`, text: 'but what about the harbour'},
  })
})

it.skipIf(missingOpenssl)(`goes on after a cough, of anybody${missingOpenssl}`, async () => {
  const engines = toneEngines({300: 'tell me all'}, {answer: [long]})
  const {peer, join, spoke} = await openVoice({engines})
  const [one, other] = [peer.enter(alice, '1000'), peer.enter(bob, '1000')]
  await join()
  await one.say(tone(300, 900))
  await until(() => peer.heard.filter(({isSilence}) => !isSilence).length).toBeGreaterThan(20)
  await one.say(tone(1500, 250))
  await until(() => peer.heard.filter(({isSilence}) => !isSilence).length).toBeGreaterThan(80)
  await other.say(tone(1500, 250))
  await until(() => spoke().length).toBe(1)
  expect(spoke()).toMatchObject([{status: 'completed'}])
  await until(() => isOver(peer.heard)).toBe(true)
  const {ms} = await soundOf(peer.heard)
  expect(ms).toBeGreaterThanOrEqual(22 * wordMs)
  expect(ms).toBeLessThan(22 * wordMs + 80)
})

it.skipIf(missingOpenssl)(`does not hear who is not admitted${missingOpenssl}`, async () => {
  const engines = toneEngines({300: 'what is red', 700: 'give me the keys'})
  const {peer, join, spoke} = await openVoice({engines})
  const [one, other] = [peer.enter(alice, '1000'), peer.enter(stranger, '1000')]
  await join()
  await other.say(tone(700, 900))
  await one.say(tone(300, 900))
  await until(() => spoke().length).toBe(1)
  expect(engines.sounds.map(({text}) => text)).not.toContain('give me the keys')
  expect(engines.trace.requests.map(({speaker}) => speaker)).toEqual([`discord:${alice}`])
})

it.skipIf(missingOpenssl)(
  `hears through a network that loses every eighth packet, and delivers every fifth late${missingOpenssl}`,
  async () => {
    const engines = toneEngines({300: 'what is red'})
    const {peer, join, spoke} = await openVoice({engines})
    const one = peer.enter(alice, '1000')
    await join()
    peer.faults.lossRate = 0.125
    peer.faults.lateRate = 0.2
    await one.say(tone(300, 2000))
    await until(() => spoke().length).toBe(1)
    expect(engines.trace.requests.map(({text}) => text)).toEqual(['what is red'])
  },
)
