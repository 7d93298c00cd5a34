import {chooseLanguage} from '@essence/core/channel/choices/choose-language'
import {chooseMode} from '@essence/core/channel/choices/choose-mode'
import {chooseVoice} from '@essence/core/channel/choices/choose-voice'
import {enrol} from '@essence/core/channel/commands/enrol'
import {forget, listMemory, type Person, resetConversation} from '@essence/core/channel/commands/memory-commands'
import {recentStatus} from '@essence/core/channel/commands/recent-status'
import {help, welcome} from '@essence/core/channel/words/standing-texts'
import type {Words} from '@essence/core/channel/words/words'
import {buttonsFor} from './buttons.ts'
import type {CommandContext} from './command-context.ts'
import {type Part, textParts, withButtons} from './outgoing.ts'

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
  const {botName, limits, engines, chats, now} = context
  const known = {assistant: engines.assistant, words, now}
  const notice = engines.notices.length ? `\n\n${engines.notices.join('\n')}` : ''
  if (name === 'start') return textParts(welcome(words, botName) + notice)
  if (name === 'help') return textParts(help(words, commandsOf(context.voices), limits))
  if (name === 'status') return textParts((await recentStatus('telegram', context, words)) + notice)
  if (name === 'language') return textParts(await chooseLanguage(argument, chat, {chats, words}))
  if (name === 'voice') return textParts(await chooseVoice(argument, chat, {chats, tts: engines.tts, words}))
  if (name === 'mode') return textParts(await chooseMode(argument, chat, {chats, words, isGroup}))
  if (name === 'stop') {
    await context.voices?.enrolments.cancel(person.speaker)
    // What was being answered has been told already.
    return textParts(words('stopped'))
  }
  if (name === 'enrol' && context.voices) return textParts(await enrol(argument, person, context.voices, words))
  if (name === 'reset') return textParts(await resetConversation(person, known))
  if (name === 'memory') return textParts(await listMemory(person, known, id => `/forget_${id}`))
  // `/forget_1a2b3c4d` of a list can be pressed; `/forget 1a2b3c4d` is written.
  const [, id] = /^forget(?:_(\w+))?$/.exec(name) ?? [undefined, undefined]
  if (id !== undefined || name === 'forget') {
    const {text, question} = await forget(id ?? argument, person, known)
    return withButtons(textParts(text), question && buttonsFor(question, words.language))
  }
  return textParts(words('unknownCommand', {command: name}))
}
