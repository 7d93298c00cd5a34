import {readAudio} from '@essence/core/audio/decode/decode'
import {peak, toDbfs} from '@essence/core/audio/dsp/levels'
import {encodeToBytes} from '@essence/core/audio/encode/encode'
import {one} from '@essence/core/kit/flow/iterate'
import {expectEqual, expectNear, mismatch} from '@essence/core/proof/checks/expect'
import {mockPeakDb, mockRate, mockSpeechMs} from '@essence/core/proof/checks/mock-speech'
import {syllables, toneRate} from '@essence/core/proof/checks/tones'
import type {ServiceCheck} from '@essence/core/proof/service-checks'
import type {StandIn} from '../stand-in/stand-in.ts'
import {converse, expectTexts, people, stranger} from './people.ts'

/** What is only a demonstration, told once in each chat. */
const demo = /stand-in[^\0]*mock/

/** ms in which updates are acknowledged once they are answered. */
const acknowledgeMs = 5000

/** A voice message of 2.5 s, in which the mock hears "This is a test". */
const voiceMessage = async (signal: AbortSignal) => ({
  bytes: await encodeToBytes(one({pcm: syllables(2.5), sampleRate: toneRate}), 'ogg', {signal}),
  duration: 3,
})

/** What people send to the bot, and what it answers. */
export const conversations = (telegram: StandIn): ServiceCheck[] => [
  {
    name: 'commands',
    async run(_, signal) {
      const commands = ['/start', '/status', '/help@june_test_bot', '/nonsense']
      const {shown} = await converse(
        telegram,
        people.commands,
        commands.map(text => ({text})),
        signal,
      )
      const status =
        /^Bot: online\nSpeech recognition: online, mock on cpu.*\nAnswers: online, mock on cpu.*\nSpeech synthesis: online, mock tones/
      expectTexts(commands.join(' '), shown, [
        /^Hello, I am June\./,
        status,
        /\/start .*\n\/help .*\n\/status /,
        /I do not know \/nonsense/,
      ])
    },
  },
  {
    name: 'text message',
    async run(_, signal) {
      const {shown, updates} = await converse(telegram, people.text, [{text: 'hello'}, {text: 'again'}], signal)
      expectTexts('two texts', shown, [/^You said: hello$/, demo, /^You said: again$/])
      const newest = Math.max(...updates)
      const offsets = (): number[] => telegram.callsOf('getUpdates').map(({payload}) => Number(payload['offset']))
      // The next poll, which tells the offset, may come after the answers.
      const soon = AbortSignal.any([signal, AbortSignal.timeout(acknowledgeMs)])
      await telegram
        .until(() => offsets().some(offset => offset > newest), soon)
        .catch(() => Promise.reject(mismatch('the offset that acknowledges', `more than ${newest}`, offsets().at(-1))))
    },
  },
  {
    name: 'voice message',
    async run({settings}, signal) {
      const voice = await voiceMessage(signal)
      const {shown, updates} = await converse(telegram, people.voice, [{voice}], signal)
      const answer = 'You said: This is a test'
      expectTexts('a voice message', shown, [new RegExp(`^“This is a test”\\n\\n${answer}$`), demo])
      const [note] = shown
      expectEqual('the message that is answered', note?.replyTo, telegram.messageIdOf(updates[0] ?? 0))
      if (!note?.voice) throw mismatch('the answer to a voice message', 'a voice note', note)
      const pcm = await readAudio({bytes: note.voice}, {sampleRate: mockRate, signal})
      const seconds = mockSpeechMs(answer, settings.TTS_SPEED) / 1000
      expectNear('the length of the voice note, in s', pcm.length / mockRate, seconds, 0.05)
      expectEqual('the length Telegram is told, in s', note.voiceSeconds, Math.ceil(seconds))
      expectNear('the level of the voice note, in dBFS', toDbfs(peak(pcm)), mockPeakDb, 3)
    },
  },
  {
    name: 'messages that cannot be answered',
    async run(_, signal) {
      const photo = [{file_id: 'p', file_unique_id: 'p', width: 1, height: 1}]
      const sent = [
        {extra: {photo}},
        {voice: {bytes: Buffer.from('this is not sound, it only says so')}},
        {voice: {...(await voiceMessage(signal)), duration: 3601}},
      ]
      const {shown} = await converse(telegram, people.failures, sent, signal)
      const told = shown.filter(({text}) => !demo.test(text ?? ''))
      expectTexts('a photo, noise and an hour', told, [
        /^I understand voice messages/,
        /^I cannot read that sound/,
        /^That is too long for me/,
      ])
    },
  },
  {
    name: 'message of a stranger',
    async run(_, signal) {
      telegram.userSends({from: stranger, text: 'hello'})
      await telegram.until(() => telegram.shownIn(stranger).length > 0, signal)
      expectTexts('a stranger', telegram.shownIn(stranger), [
        new RegExp(`^I do not know you yet\\. Your code is [2-9A-Z]{8}\\.[^\\0]*${stranger}`),
      ])
    },
  },
]
