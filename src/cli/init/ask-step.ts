import {styleText} from 'node:util'
import type {Variable} from '../../config/declaration.ts'
import type {Settings} from '../../config/schema.ts'
import type {SetupStep} from '../../config/setup-step.ts'
import {withCancel} from '../../kit/cancel.ts'
import {isEssenceError} from '../../kit/errors.ts'
import {nearest} from '../../kit/nearest.ts'
import {ask, askSecret, isYes} from '../ask.ts'
import {showProblem} from '../problem-text.ts'
import {statusLine} from '../status-line.ts'
import {askOrFind} from './find-person.ts'

/** Message of CANCELLED at any question. */
export const nothingWritten = 'Nothing was written: the settings are as they were.'

/** A person is waited for no longer than this, in ms. */
const findMs = 5 * 60_000

export interface Answer {
  value: string
  /** What its check said. */
  fact: string | undefined
}

export interface StepQuestion {
  step: SetupStep
  variable: Variable
  /** What the file says. */
  before: string | undefined
  facts: ReadonlyMap<string, string>
  /** The settings as they would be with a value for this step. */
  settingsWith: (value: string | undefined) => Promise<Settings>
  /** Ask who knows whether an answer works. */
  check: boolean
  note: (line: string) => void
}

/** Why a value cannot be kept in the variable; undefined where it can. */
export const whyUnfit = (value: string, variable: Variable): string | undefined => {
  // A shell reads the file, too, and has only one kind of quotation marks in which nothing has a meaning.
  if (/[\p{Cc}']/u.test(value)) return 'expected a text without quotation marks, on one line'
  return variable.schema.safeParse(value).success ? undefined : `expected ${variable.expected}`
}

/** What the check of a step says of the answer. @throws what the check throws, CANCELLED */
export const checkedFact = async (
  {check}: SetupStep,
  settings: Settings,
  isOn: boolean,
): Promise<string | undefined> => (check && isOn ? withCancel(signal => check(settings, signal)) : undefined)

/**
 * Asks a person for one setting until the answer can be used.
 * @returns undefined where it is left out
 * @throws CANCELLED
 */
export const askStep = async (question: StepQuestion): Promise<Answer | undefined> => {
  const {step, variable, before, facts, settingsWith, note} = question
  note(['', ...(step.intro?.(facts) ?? [])].join('\n'))
  const usual = before ?? step.recommended
  for (;;) {
    const typed = await typedAnswer(question)
    const value = typed || usual
    if (value === undefined) return undefined
    const unfit = whyUnfit(value, variable)
    if (unfit !== undefined) {
      const meant = variable.secret ? undefined : nearest(value, step.known?.() ?? [])
      note(`That cannot be used: ${unfit}.${meant ? ` Did you mean ${meant}?` : ''}`)
      continue
    }
    const fact = await triedByPerson(step, await settingsWith(value), question)
    if (fact === 'again') continue
    if (fact.text) note(`✓ ${fact.text}`)
    return {value, fact: fact.text}
  }
}

const typedAnswer = async ({step, variable, before, settingsWith, check, note}: StepQuestion): Promise<string> => {
  const usual = before ?? step.recommended
  const asked = styleText('bold', step.question, {stream: process.stderr})
  const enter = variable.secret && before !== undefined ? 'set; Enter keeps it' : (usual ?? 'Enter: none')
  if (variable.secret) {
    const secret = await askSecret(`${asked}, not shown [${enter}]: `, nothingWritten)
    return secret?.reveal().trim() ?? ''
  }
  const question = `${asked} [${enter}]: `
  const {find} = step
  if (!find || !check) return (await ask(question, nothingWritten)) ?? ''
  const settings = await settingsWith(undefined)
  return askOrFind({question, refused: nothingWritten, withinMs: findMs, note, find: signal => find(settings, signal)})
}

/** Says what is wrong; where nobody can be asked, a person decides whether to go on. */
const triedByPerson = async (
  step: SetupStep,
  settings: Settings,
  {check}: StepQuestion,
): Promise<'again' | {text: string | undefined}> => {
  const line = statusLine()
  if (step.check && check) line.show('trying it …')
  try {
    return {text: await checkedFact(step, settings, check).finally(() => line.clear())}
  } catch (error) {
    if (!isEssenceError(error) || error.code === 'CANCELLED') throw error
    const {code, message, suggestions} = error
    showProblem({kind: 'Warning', message, suggestions})
    if (code !== 'REMOTE_UNREACHABLE') return 'again'
    return (await goesOn()) ? {text: undefined} : 'again'
  }
}

/** Whether a person takes an answer that could not be tried. @throws CANCELLED */
export const goesOn = async (): Promise<boolean> => {
  const answer = await ask('Go on without trying it? [Y/n] ', nothingWritten)
  return answer === undefined || answer === '' || isYes(answer)
}
