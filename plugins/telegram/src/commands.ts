import type {RecordingLimits} from '@essence/core/channel/recording-limits'
import type {StageTimes} from '@essence/core/channel/stage-times'
import type {EngineInfo} from '@essence/core/compute/engine-info'
import type {TurnEngines} from '@essence/core/voice/turn'
import {demoNotice, help, unknownCommand, welcome} from './texts.ts'

export interface CommandContext {
  botName: string
  /** ISO 639-1 of what people speak, or `auto`. */
  language: string
  engines: TurnEngines & {notices: readonly string[]}
  limits: RecordingLimits
  times: StageTimes
}

/** What a command is answered with. */
export const answerCommand = (name: string, context: CommandContext): string => {
  const {botName, limits} = context
  const {notices} = context.engines
  const notice = notices.length ? `\n\n${demoNotice(notices)}` : ''
  if (name === 'start') return welcome(botName) + notice
  if (name === 'help') return help(limits)
  if (name === 'status') return status(context) + notice
  return unknownCommand(name)
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
