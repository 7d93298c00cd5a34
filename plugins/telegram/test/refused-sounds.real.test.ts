// Chats that take no voice messages: the answer is heard as an audio file, or read.
import {readAudio} from '@essence/core/audio/decode/decode'
import {describe, expect, it} from 'vitest'
import {ManualClock} from '../../../test/channel/manual-clock.ts'
import {ada, startService} from './harness.ts'
import {toneNote} from './voice-notes.ts'

const day = 24 * 3_600_000
const noAudios = {
  kind: 'refused',
  status: 400,
  description: 'Bad Request: not enough rights to send audios to the chat',
} as const

const open = async (answer = 'Words.') => {
  const clock = new ManualClock()
  const service = await startService({heard: 'speak', answer: () => answer, clock})
  const {peer, done} = service
  peer.state.noVoices.add(ada)
  const say = async () => done(peer.userSends({from: ada, voice: {bytes: await toneNote()}}))
  const tries = () => ['sendVoice', 'sendAudio'].map(method => peer.callsOf(method).length)
  return {...service, clock, say, tries}
}

describe('where voice messages are refused', () => {
  it('the answer is an audio file, at once the next time, and a voice message again after a day', async () => {
    const {peer, clock, say, tries} = await open()
    await say()
    await say()
    expect(tries()).toEqual([1, 2])
    const [first, second] = peer.shownIn(ada)
    expect([first?.caption, second?.caption]).toEqual(['“speak”\n\nWords.', '“speak”\n\nWords.'])
    expect(first?.replyTo).toBeTypeOf('number')
    const pcm = await readAudio({bytes: first?.audio ?? new Uint8Array()}, {sampleRate: 16_000})
    expect(Math.max(...pcm)).toBeGreaterThan(0.1)
    expect(peer.shownIn(ada)).toHaveLength(2)

    clock.advance(day)
    peer.state.noVoices.clear()
    await say()
    expect(tries()).toEqual([2, 2])
    expect(peer.shownIn(ada).at(-1)?.voice).toBeDefined()
  })

  it('and audio files too, it is written, at once the next time', async () => {
    const {peer, say, tries} = await open()
    peer.fault('sendAudio', noAudios)
    await say()
    expect(tries()).toEqual([1, 1])
    await say()
    expect(tries()).toEqual([1, 1])
    expect(peer.shownIn(ada).map(({text}) => text)).toEqual(['“speak”\n\nWords.', '“speak”\n\nWords.'])
  })

  it('nothing of the answer is lost where it is otherwise only heard', async () => {
    const {peer, done, say} = await open()
    await done(peer.userSends({from: ada, text: '/mode voice'}))
    peer.fault('sendAudio', noAudios)
    await say()
    expect(peer.shownIn(ada).at(-1)?.text).toBe('“speak”\n\nWords.')
  })

  it('a long answer is heard and read', async () => {
    const text = Array.from({length: 300}, (_, n) => `Sentence ${n}.`).join(' ')
    const {peer, say} = await open(text)
    await say()
    const [sound, ...texts] = peer.shownIn(ada)
    expect([sound?.audio !== undefined, sound?.caption]).toEqual([true, '“speak”'])
    expect(texts.map(message => message.text).join(' ')).toBe(text)
  })

  it('another refusal is no word on what the chat takes', async () => {
    const {peer, say, tries} = await open()
    peer.state.noVoices.clear()
    peer.fault('sendVoice', {kind: 'refused', status: 400, description: 'Bad Request: wrong file'})
    await say()
    await say()
    expect(tries()).toEqual([2, 0])
    expect(peer.shownIn(ada)[0]?.text).toBe('“speak”\n\nWords.')
  })
})
