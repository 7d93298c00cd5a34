import {demo, expectRefusals, expectSpoken, expectTexts, mockStatus, testNote} from '@essence/core/proof/checks/bots'
import {expectEqual, expectNear, mismatch} from '@essence/core/proof/checks/expect'
import type {ServiceCheck} from '@essence/core/proof/service-checks'
import type {StandIn} from '../stand-in/stand-in.ts'
import {converse, people, stranger, textsOf} from './people.ts'

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
      expectTexts(commands.join(' '), textsOf(shown), [mockStatus, /\/ask [^\0]*\/ping /, /I do not know \/nonsense/])
    },
  },
  {
    name: 'text message',
    async run(_, signal) {
      const {shown} = await converse(discord, people.text, [{text: 'hello'}, {text: 'again'}], signal)
      expectTexts('two texts', textsOf(shown), [/^You said: hello$/, demo, /^You said: again$/])
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
      expectTexts('a mention', textsOf(shown), [/^You said: hello$/, demo])
      expectEqual('the message that is answered', shown[0]?.replyTo, ids[1])
      discord.userRuns('ask', {question: 'why'}, {from: people.server, channel: general.id})
      const answers = () => discord.shownIn(general.id).filter(({text}) => text === 'You said: why')
      await discord.until(() => answers().length > 0, signal)
    },
  },
  {
    name: 'voice message',
    async run({settings}, signal) {
      const {shown, ids} = await converse(
        discord,
        people.voice,
        [{voice: {bytes: await testNote(signal), seconds: 2.5}}],
        signal,
      )
      const answer = 'You said: This is a test'
      expectTexts('a voice message', textsOf(shown), [/^$/, new RegExp(`^“This is a test”\\n\\n${answer}$`), demo])
      const [note] = shown
      expectEqual('the message that is answered', note?.replyTo, ids[0])
      if (!note?.voice) throw mismatch('the answer to a voice message', 'a voice message', note)
      const seconds = await expectSpoken(answer, note.voice, {speed: settings.TTS_SPEED, signal})
      expectNear('the length Discord is told, in s', note.voiceSeconds ?? 0, seconds, 0.06)
    },
  },
  {
    name: 'messages that cannot be answered',
    async run(_, signal) {
      const sent = [
        {file: {bytes: Buffer.from('a picture'), name: 'cat.png', type: 'image/png'}},
        {voice: {bytes: Buffer.from('this is not sound, it only says so')}},
        {voice: {bytes: await testNote(signal), seconds: 3601}},
      ]
      const {shown} = await converse(discord, people.failures, sent, signal)
      expectRefusals(textsOf(shown))
    },
  },
  {
    name: 'message of a stranger',
    async run(_, signal) {
      discord.userSends({from: stranger, text: 'hello'})
      const shown = () => discord.shownIn(discord.directOf(stranger))
      await discord.until(() => shown().length > 0, signal)
      expectTexts('a stranger', textsOf(shown()), [
        new RegExp(`do not know you yet\\. Your code is [^\\0]*${stranger}`),
      ])
    },
  },
]
