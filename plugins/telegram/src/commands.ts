import type {EngineInfo} from '@essence/core/compute/engine-info'
import {quantilesOf} from '@essence/core/report/quantiles'
import type {TurnTimes} from '@essence/core/voice/events'
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
  if (name === 'status') return textParts((await status(context)) + notice)
  if (name === 'reset') return textParts(await resetConversation(person, context))
  if (name === 'memory') return textParts(await listMemory(person, context))
  // `/forget_1a2b3c4d` of a list can be pressed; `/forget 1a2b3c4d` is written.
  const [, id] = /^forget(?:_(\w+))?$/.exec(name) ?? [undefined, undefined]
  if (id !== undefined || name === 'forget') return await forget(id ?? argument, person, context)
  return textParts(unknownCommand(name))
}

/** Turns whose median is told: enough of them to mean something, few enough to follow a change. */
const recentTurns = 50

const status = async ({engines, turnLog}: CommandContext): Promise<string> => {
  const turns = await turnLog.find({last: recentTurns, channel: 'telegram'})
  const median = (stage: keyof TurnTimes) => quantilesOf(turns.flatMap(({times}) => times[stage] ?? []))?.p50
  return [
    'Bot: online',
    describe('Speech recognition', engines.stt.info, median('sttMs')),
    describe('Answers', engines.assistant.info, median('llmMs')),
    describe('Speech synthesis', engines.tts.info, median('ttsMs')),
    describe('Whole turn', undefined, median('totalMs')),
  ].join('\n')
}

const describe = (role: string, info: EngineInfo | undefined, ms: number | undefined): string => {
  const speed = ms === undefined ? 'no turn yet' : `${(ms / 1000).toFixed(2)} s (median of recent turns)`
  if (!info) return `${role}: ${speed}`
  const {engine, model, device} = info
  return `${role}: online, ${engine}${model && model !== engine ? ` ${model}` : ''} on ${device}, ${speed}`
}
