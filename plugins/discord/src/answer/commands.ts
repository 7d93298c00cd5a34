import {chooseLanguage} from '@essence/core/channel/choices/choose-language'
import {chooseMode} from '@essence/core/channel/choices/choose-mode'
import {chooseVoice} from '@essence/core/channel/choices/choose-voice'
import type {Jobs} from '@essence/core/channel/delivery/job'
import {help, status} from '@essence/core/channel/words/standing-texts'
import type {Words} from '@essence/core/channel/words/words'
import {quantilesOf} from '@essence/core/report/quantiles'
import type {TurnTimes} from '@essence/core/voice/events'
import type {Incoming} from '../incoming/incoming.ts'
import {type Part, textParts} from '../outgoing/parts.ts'
import {commandKeys} from '../slash-commands.ts'
import {type CommandContext, choicesIn, choicesKey, personOf} from './command-context.ts'
import {forget, listMemory, resetConversation} from './memory-commands.ts'

/** What a command is answered with. @throws what the memory and the disk throw */
export const answerCommand = async (
  {name, argument = ''}: {name: string; argument?: string | undefined},
  {userId, channelId, isDirect}: Pick<Incoming, 'userId' | 'channelId' | 'isDirect'>,
  context: CommandContext,
  words: Words,
): Promise<Part[]> => {
  const person = personOf({userId, channelId})
  const {engines, limits} = context
  const {notices} = engines
  const [chat, chats] = [choicesKey(userId), choicesIn({userId, channelId}, context)]
  switch (name) {
    case 'ping':
      return textParts('Pong!')
    case 'help':
      return textParts([help(words, commandKeys, limits), ...notices].join('\n'))
    case 'status':
      return textParts([status(words, engines, await medians(context)), ...notices].join('\n'))
    case 'language':
      return textParts(await chooseLanguage(argument, chat, {chats, words}))
    case 'voice':
      return textParts(await chooseVoice(argument, chat, {chats, tts: engines.tts, words}))
    case 'mode':
      return textParts(await chooseMode(argument, chat, {chats, words, isGroup: !isDirect}))
    case 'reset':
      return textParts(await resetConversation(person, context, words))
    case 'memory':
      return textParts(await listMemory(person, context, words))
    case 'forget':
      return await forget(argument, {...person, userId}, context, words)
    case 'stop':
      return textParts(words('stopped'))
    default:
      return textParts(words('unknownCommand', {command: name}))
  }
}

/** How the bot is, for its owner: also what waits. @throws STORE_UNAVAILABLE */
export const fullStatus = async (
  context: CommandContext,
  jobs: Pick<Jobs<never, never>, 'count'>,
  words: Words,
): Promise<string> =>
  [status(words, context.engines, await medians(context)), words('adminQueue', await jobs.count())].join('\n')

/** Turns whose median is told: enough of them to mean something, few enough to follow a change. */
const recentTurns = 50

const medians = async ({turnLog}: CommandContext): Promise<(stage: keyof TurnTimes) => number | undefined> => {
  const turns = await turnLog.find({last: recentTurns, channel: 'discord'})
  return stage => quantilesOf(turns.flatMap(({times}) => times[stage] ?? []))?.p50
}
