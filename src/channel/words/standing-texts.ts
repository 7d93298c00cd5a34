import type {EngineInfo} from '../../compute/engine-info.ts'
import type {TurnTimes} from '../../voice/events.ts'
import type {TurnEngines} from '../../voice/turn.ts'
import type {RecordingLimits} from '../recording-limits.ts'
import type {WordsKey} from './translation.ts'
import type {Words} from './words.ts'

/** Texts that stand for themselves: what June is, what she can, how she is. */

export const welcome = (words: Words, name: string): string =>
  [
    words('hello', {name}),
    '',
    `1. ${words('helloSend')}`,
    `2. ${words('helloThink')}`,
    `3. ${words('helloAnswer')}`,
    '',
    words('helloWrite'),
  ].join('\n')

/** @param commands their names and what they are for */
export const help = (
  words: Words,
  commands: Readonly<Record<string, WordsKey & `command${string}`>>,
  {maxBytes, maxSeconds}: RecordingLimits,
): string =>
  [
    words('helpVoice'),
    words('helpText'),
    '',
    ...Object.entries(commands).map(([name, key]) => `/${name}  ${words(key)}`),
    '',
    words('helpLimits', {time: maxSeconds * 1000, size: maxBytes}),
  ].join('\n')

/** @param median of the recent turns, in ms; undefined before the first */
export const status = (
  words: Words,
  {stt, assistant, tts}: TurnEngines,
  median: (stage: keyof TurnTimes) => number | undefined,
): string => {
  const describe = (role: string, info: EngineInfo | undefined, stage: keyof TurnTimes): string => {
    const ms = median(stage)
    const speed = ms === undefined ? words('statusNoTurn') : words('statusSpeed', {time: ms})
    if (!info) return `${role}: ${speed}`
    const {engine, model, device} = info
    const name = model && model !== engine ? `${engine} ${model}` : engine
    return `${role}: ${words('statusEngine', {engine: name, device})}, ${speed}`
  }
  return [
    words('statusOnline'),
    describe(words('statusRecognition'), stt.info, 'sttMs'),
    describe(words('statusAnswers'), assistant.info, 'llmMs'),
    describe(words('statusSynthesis'), tts.info, 'ttsMs'),
    describe(words('statusTurn'), undefined, 'totalMs'),
  ].join('\n')
}
