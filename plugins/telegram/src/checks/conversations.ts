import {demo, expectRefusals, expectSpoken, expectTexts, mockStatus, testNote} from '@essence/core/proof/checks/bots'
import {expectEqual, mismatch} from '@essence/core/proof/checks/expect'
import type {ServiceCheck} from '@essence/core/proof/service-checks'
import type {StandIn} from '../stand-in/stand-in.ts'
import {converse, people, stranger, textsOf} from './people.ts'

/** ms in which updates are acknowledged once they are answered. */
const acknowledgeMs = 5000

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
      expectTexts(commands.join(' '), textsOf(shown), [
        /^Hello, I am June\./,
        mockStatus,
        /\/start .*\n\/help .*\n\/status /,
        /I do not know \/nonsense/,
      ])
    },
  },
  {
    name: 'text message',
    async run(_, signal) {
      const {shown, updates} = await converse(telegram, people.text, [{text: 'hello'}, {text: 'again'}], signal)
      expectTexts('two texts', textsOf(shown), [/^You said: hello$/, demo, /^You said: again$/])
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
      const voice = {bytes: await testNote(signal), duration: 3}
      const {shown, updates} = await converse(telegram, people.voice, [{voice}], signal)
      const answer = 'You said: This is a test'
      expectTexts('a voice message', textsOf(shown), [new RegExp(`^“This is a test”\\n\\n${answer}$`), demo])
      const [note] = shown
      expectEqual('the message that is answered', note?.replyTo, telegram.messageIdOf(updates[0] ?? 0))
      if (!note?.voice) throw mismatch('the answer to a voice message', 'a voice note', note)
      const seconds = await expectSpoken(answer, note.voice, {speed: settings.TTS_SPEED, signal})
      expectEqual('the length Telegram is told, in s', note.voiceSeconds, Math.ceil(seconds))
    },
  },
  {
    name: 'messages that cannot be answered',
    async run(_, signal) {
      const photo = [{file_id: 'p', file_unique_id: 'p', width: 1, height: 1}]
      const sent = [
        {extra: {photo}},
        {voice: {bytes: Buffer.from('this is not sound, it only says so')}},
        {voice: {bytes: await testNote(signal), duration: 3601}},
      ]
      const {shown} = await converse(telegram, people.failures, sent, signal)
      expectRefusals(textsOf(shown))
    },
  },
  {
    name: 'message of a stranger',
    async run(_, signal) {
      telegram.userSends({from: stranger, text: 'hello'})
      await telegram.until(() => telegram.shownIn(stranger).length > 0, signal)
      expectTexts('a stranger', textsOf(telegram.shownIn(stranger)), [
        new RegExp(`^I do not know you yet\\. Your code is [2-9A-Z]{8}\\.[^\\0]*${stranger}`),
      ])
    },
  },
]
