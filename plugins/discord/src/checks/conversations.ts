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

/** What is only a demonstration, told once in each channel. */
const demo = /stand-in[^\0]*mock/

/** A voice message of 2.5 s, in which the mock hears "This is a test". */
const voiceMessage = async (signal: AbortSignal) => ({
  bytes: await encodeToBytes(one({pcm: syllables(2.5), sampleRate: toneRate}), 'ogg', {signal}),
  seconds: 2.5,
})

/** What people send to the bot, and what it answers. */
export const conversations = (discord: StandIn): ServiceCheck[] => [
  {
    name: 'commands',
    async run(_, signal) {
      await discord.until(() => discord.state.commands.length > 0, signal)
      const commands = ['!status', '!help', '!nonsense']
      const {shown} = await converse(
        discord,
        people.commands,
        commands.map(text => ({text})),
        signal,
      )
      const status =
        /^Bot: online\nSpeech recognition: online, mock on cpu.*\nAnswers: online, mock on cpu.*\nSpeech synthesis: online, mock tones/
      expectTexts(commands.join(' '), shown, [status, /\/ask [^\0]*\/ping /, /I do not know \/nonsense/])
    },
  },
  {
    name: 'text message',
    async run(_, signal) {
      const {shown} = await converse(discord, people.text, [{text: 'hello'}, {text: 'again'}], signal)
      expectTexts('two texts', shown, [/^You said: hello$/, demo, /^You said: again$/])
    },
  },
  {
    name: 'message in a server, and a slash command',
    async run(_, signal) {
      const [general] = [...discord.state.channels.values()].filter(({type}) => type === 0)
      if (!general) throw new Error('The stand-in has no channel.')
      const {me} = discord.state
      const sent = [{text: 'not for June'}, {text: `<@${me.id}> hello`}]
      const {shown, ids} = await converse(discord, people.server, sent, signal, general.id)
      expectTexts('a mention', shown, [/^You said: hello$/, demo])
      expectEqual('the message that is answered', shown[0]?.replyTo, ids[1])
      discord.userRuns('ask', {question: 'why'}, {from: people.server, channel: general.id})
      const answers = () => discord.shownIn(general.id).filter(({text}) => text === 'You said: why')
      await discord.until(() => answers().length > 0, signal)
    },
  },
  {
    name: 'voice message',
    async run({settings}, signal) {
      const {shown, ids} = await converse(discord, people.voice, [{voice: await voiceMessage(signal)}], signal)
      const answer = 'You said: This is a test'
      expectTexts('a voice message', shown, [/^$/, new RegExp(`^“This is a test”\\n\\n${answer}$`), demo])
      const [note] = shown
      expectEqual('the message that is answered', note?.replyTo, ids[0])
      if (!note?.voice) throw mismatch('the answer to a voice message', 'a voice message', note)
      const pcm = await readAudio({bytes: note.voice}, {sampleRate: mockRate, signal})
      const seconds = mockSpeechMs(answer, settings.TTS_SPEED) / 1000
      expectNear('the length of the voice message, in s', pcm.length / mockRate, seconds, 0.05)
      expectNear('the length Discord is told, in s', note.voiceSeconds ?? 0, seconds, 0.06)
      expectNear('the level of the voice message, in dBFS', toDbfs(peak(pcm)), mockPeakDb, 3)
    },
  },
  {
    name: 'messages that cannot be answered',
    async run(_, signal) {
      const sent = [
        {file: {bytes: Buffer.from('a picture'), name: 'cat.png', type: 'image/png'}},
        {voice: {bytes: Buffer.from('this is not sound, it only says so')}},
        {voice: {...(await voiceMessage(signal)), seconds: 3601}},
      ]
      const {shown} = await converse(discord, people.failures, sent, signal)
      const told = shown.filter(({text}) => !demo.test(text))
      expectTexts('a picture, noise and an hour', told, [
        /^I understand voice messages/,
        /^I cannot read that sound/,
        /^That is too long for me/,
      ])
    },
  },
  {
    name: 'message of a stranger',
    async run(_, signal) {
      discord.userSends({from: stranger, text: 'hello'})
      const shown = () => discord.shownIn(discord.directOf(stranger))
      await discord.until(() => shown().length > 0, signal)
      expectTexts('a stranger', shown(), [new RegExp(`do not know you yet\\. Your code is [^\\0]*${stranger}`)])
    },
  },
]
