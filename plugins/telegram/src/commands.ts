import type {EngineInfo} from '@essence/core/compute/engine-info'
import type {CommandContext, Person} from './command-context.ts'
import {forget, listMemory, resetConversation} from './memory-commands.ts'
import {type Part, textParts} from './outgoing.ts'
import {demoNotice, help, unknownCommand, welcome} from './texts.ts'

/** What a command is answered with. @throws what the memory throws */
export const answerCommand = async (
  {name, argument = ''}: {name: string; argument?: string | undefined},
  person: Person,
  context: CommandContext,
): Promise<Part[]> => {
  const {botName, limits, engines} = context
  const notice = engines.notices.length ? `\n\n${demoNotice(engines.notices)}` : ''
  if (name === 'start') return textParts(welcome(botName) + notice)
  if (name === 'help') return textParts(help(limits))
  if (name === 'status') return textParts(status(context) + notice)
  if (name === 'reset') return textParts(await resetConversation(person, context))
  if (name === 'memory') return textParts(await listMemory(person, context))
  // `/forget_1a2b3c4d` of a list can be pressed; `/forget 1a2b3c4d` is written.
  const [, id] = /^forget(?:_(\w+))?$/.exec(name) ?? [undefined, undefined]
  if (id !== undefined || name === 'forget') return await forget(id ?? argument, person, context)
  return textParts(unknownCommand(name))
}

const status = ({engines, times}: CommandContext): string =>
  [
    'Bot: online',
    describe('Speech recognition', engines.stt.info, times.median('sttMs')),
    describe('Answers', engines.assistant.info, times.median('llmMs')),
    describe('Speech synthesis', engines.tts.info, times.median('ttsMs')),
    describe('Whole turn', undefined, times.median('totalMs')),
  ].join('\n')

const describe = (role: string, info: EngineInfo | undefined, ms: number | undefined): string => {
  const speed = ms === undefined ? 'no turn yet' : `${(ms / 1000).toFixed(2)} s (median of recent turns)`
  if (!info) return `${role}: ${speed}`
  const {engine, model, device} = info
  return `${role}: online, ${engine}${model && model !== engine ? ` ${model}` : ''} on ${device}, ${speed}`
}
