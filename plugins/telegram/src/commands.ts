import {chooseLanguage} from '@essence/core/channel/choices/choose-language'
import {chooseMode} from '@essence/core/channel/choices/choose-mode'
import {chooseVoice} from '@essence/core/channel/choices/choose-voice'
import type {Jobs} from '@essence/core/channel/delivery/job'
import {help, status, welcome} from '@essence/core/channel/words/standing-texts'
import type {Words} from '@essence/core/channel/words/words'
import {quantilesOf} from '@essence/core/report/quantiles'
import type {TurnTimes} from '@essence/core/voice/events'
import type {CommandContext, Person} from './command-context.ts'
import {forget, listMemory, resetConversation} from './memory-commands.ts'
import {type Part, textParts} from './outgoing.ts'
import type {Voices} from './people/voices.ts'

/** The commands that Telegram offers, and what they are for. */
const commands = {
  start: 'commandStart',
  help: 'commandHelp',
  status: 'commandStatus',
  language: 'commandLanguage',
  voice: 'commandVoice',
  mode: 'commandMode',
  memory: 'commandMemory',
  forget: 'commandForget',
  reset: 'commandReset',
  stop: 'commandStop',
} as const

/** The commands there are: to enrol only where people are known by their voices. */
export const commandsOf = (voices: object | undefined) =>
  voices ? ({...commands, enrol: 'commandEnrol'} as const) : commands

export interface Command {
  name: string
  argument?: string | undefined
}

/** What a command is answered with. @throws what the memory and the database throw */
export const answerCommand = async (
  {name, argument = ''}: Command,
  {chat, isGroup, ...person}: Person & {chat: string; isGroup: boolean},
  context: CommandContext,
  words: Words,
): Promise<Part[]> => {
  const {botName, limits, engines, chats} = context
  const notice = engines.notices.length ? `\n\n${engines.notices.join('\n')}` : ''
  if (name === 'start') return textParts(welcome(words, botName) + notice)
  if (name === 'help') return textParts(help(words, commandsOf(context.voices), limits))
  if (name === 'status') return textParts(status(words, engines, await medians(context)) + notice)
  if (name === 'language') return textParts(await chooseLanguage(argument, chat, {chats, words}))
  if (name === 'voice') return textParts(await chooseVoice(argument, chat, {chats, tts: engines.tts, words}))
  if (name === 'mode') return textParts(await chooseMode(argument, chat, {chats, words, isGroup}))
  if (name === 'stop') {
    context.voices?.enrolments.cancel(person.speaker)
    // What was being answered has been told already.
    return textParts(words('stopped'))
  }
  if (name === 'enrol' && context.voices) return textParts(await enrol(argument, person, context.voices, words))
  if (name === 'reset') return textParts(await resetConversation(person, context, words))
  if (name === 'memory') return textParts(await listMemory(person, context, words))
  // `/forget_1a2b3c4d` of a list can be pressed; `/forget 1a2b3c4d` is written.
  const [, id] = /^forget(?:_(\w+))?$/.exec(name) ?? [undefined, undefined]
  if (id !== undefined || name === 'forget') return await forget(id ?? argument, person, context, words)
  return textParts(words('unknownCommand', {command: name}))
}

/** Begins to learn how a person sounds, or erases it. @throws as `Enrolments.erase` */
const enrol = async (argument: string, {speaker}: Person, {enrolments}: Voices, words: Words): Promise<string> => {
  if (argument.trim().toLowerCase() !== 'off') return enrolments.begin(speaker, words)
  await enrolments.erase(speaker)
  return words('enrolErased')
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
  const turns = await turnLog.find({last: recentTurns, channel: 'telegram'})
  return stage => quantilesOf(turns.flatMap(({times}) => times[stage] ?? []))?.p50
}
