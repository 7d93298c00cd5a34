import {chooseLanguage} from '@essence/core/channel/choices/choose-language'
import {chooseMode} from '@essence/core/channel/choices/choose-mode'
import {chooseVoice} from '@essence/core/channel/choices/choose-voice'
import type {CommandContext} from '@essence/core/channel/commands/command-context'
import {enrol} from '@essence/core/channel/commands/enrol'
import {forget, listMemory, resetConversation} from '@essence/core/channel/commands/memory-commands'
import {recentStatus} from '@essence/core/channel/commands/recent-status'
import {help} from '@essence/core/channel/words/standing-texts'
import type {Words} from '@essence/core/channel/words/words'
import type {Incoming} from '../incoming/incoming.ts'
import {buttonsFor} from '../outgoing/buttons.ts'
import {type Part, textParts, withButtons} from '../outgoing/parts.ts'
import {commandsOf} from '../slash-commands.ts'
import {choicesIn, choicesKey, personOf} from './command-context.ts'

/** What a command is answered with. @throws what the memory and the disk throw */
export const answerCommand = async (
  {name, argument = ''}: {name: string; argument?: string | undefined},
  {userId, channelId, isDirect}: Pick<Incoming, 'userId' | 'channelId' | 'isDirect'>,
  context: CommandContext,
  words: Words,
): Promise<Part[]> => {
  const person = personOf({userId, channelId})
  const {engines, limits, voices, now} = context
  const known = {assistant: engines.assistant, words, now}
  const {notices} = engines
  const [chat, chats] = [choicesKey(userId), choicesIn({userId, channelId}, context)]
  switch (name) {
    case 'ping':
      return textParts('Pong!')
    case 'help':
      return textParts([help(words, commandsOf(context.voices), limits), ...notices].join('\n'))
    case 'status':
      return textParts([await recentStatus('discord', context, words), ...notices].join('\n'))
    case 'language':
      return textParts(await chooseLanguage(argument, chat, {chats, words}))
    case 'voice':
      return textParts(await chooseVoice(argument, chat, {chats, tts: engines.tts, words}))
    case 'mode':
      return textParts(await chooseMode(argument, chat, {chats, words, isGroup: !isDirect}))
    case 'reset':
      return textParts(await resetConversation(person, known))
    case 'memory':
      return textParts(await listMemory(person, known, id => `\`/forget ${id}\``))
    case 'forget': {
      const {text, question} = await forget(argument, person, known)
      return withButtons(textParts(text), question && buttonsFor(question, userId, words.language))
    }
    case 'enrol':
      if (!voices) break
      return textParts(isDirect ? await enrol(argument, person, voices, words) : words('privateOnly', {command: name}))
    case 'stop':
      await voices?.enrolments.cancel(person.speaker)
      return textParts(words('stopped'))
  }
  return textParts(words('unknownCommand', {command: name}))
}
