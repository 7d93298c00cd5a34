import type {Variables} from '../../config/declaration.ts'
import type {Settings} from '../../config/schema.ts'
import type {SetupStep} from '../../config/setup-step.ts'
import {EssenceError, isEssenceError} from '../../kit/errors.ts'
import {showProblem} from '../problem-text.ts'
import {type Answer, askStep, checkedFact, goesOn, whyUnfit} from './ask-step.ts'
import type {Standing} from './standing.ts'

/** What became of one setting. */
export interface AnswerRow {
  name: string
  state: 'kept' | 'new' | 'changed' | 'left out'
  /** Null for a secret, and where there is none. */
  value: string | null
  secret: boolean
  /** What its check said. */
  fact: string | null
}

export interface Asking {
  /** A person is asked for what is missing. */
  canAsk: boolean
  /** `--yes`: what is recommended is taken, what could not be tried is kept. */
  yes: boolean
  /** Ask who knows whether answers work. */
  check: boolean
  note: (line: string) => void
  warn: (message: string) => void
}

export interface Answers {
  /** What is to be written, by name. */
  changes: ReadonlyMap<string, string>
  rows: AnswerRow[]
  /** Names that were left out now: by a person, or by `--yes`, which is Enter at every question. */
  leftOut: string[]
}

export interface StepsToAnswer {
  steps: readonly SetupStep[]
  standings: ReadonlyMap<string, Standing>
  variables: Variables
  /** Whether a variable has a value anywhere. */
  isSet: (name: string) => boolean
  /** The settings as they would be with these. */
  settingsWith: (changes: ReadonlyMap<string, string>) => Promise<Settings>
}

/**
 * Goes through all steps, in order: keeps, takes what was given, asks for the rest.
 * @throws USAGE, TOKEN_REJECTED and the like for what was given and cannot be used; REMOTE_UNREACHABLE where it could not be tried; CANCELLED
 */
export const answerSteps = async (work: StepsToAnswer, asking: Asking): Promise<Answers> => {
  const {steps, standings, variables, isSet, settingsWith} = work
  const changes = new Map<string, string>()
  const facts = new Map<string, string>()
  const rows: AnswerRow[] = []
  const leftOut: string[] = []
  for (const step of steps) {
    const {name, needs} = step
    const variable = variables[name]
    const standing = standings.get(name)
    if (!variable || !standing) continue
    if (needs !== undefined && !changes.has(needs) && !isSet(needs)) {
      if (standing.kind === 'given') asking.warn(`${standing.by} has no effect: ${needs} is not set.`)
      continue
    }
    const row = (state: AnswerRow['state'], value?: string, fact?: string): void => {
      const shown = variable.secret ? null : (value ?? null)
      rows.push({name, state, value: shown, secret: variable.secret, fact: fact ?? null})
      if (fact !== undefined) facts.set(name, fact)
    }
    const ofStep = (value: string | undefined): Promise<Settings> =>
      settingsWith(value === undefined ? changes : new Map([...changes, [name, value]]))
    const question = {step, variable, facts, settingsWith: ofStep, check: asking.check, note: asking.note}
    const before = 'before' in standing ? standing.before : undefined
    const take = ({value, fact}: Answer): void => {
      row(before === undefined ? 'new' : value === before ? 'kept' : 'changed', value, fact)
      if (value === before) return
      changes.set(name, value)
      for (const also of step.also ?? []) {
        if (changes.has(also) || isSet(also)) continue
        changes.set(also, value)
        rows.push({name: also, state: 'new', value, secret: false, fact: null})
      }
    }
    const leave = (): void => {
      if (step.without) asking.note(step.without)
      leftOut.push(name)
      row('left out')
    }
    const askOrLeave = async (): Promise<void> => {
      const answer = await askStep({...question, before})
      if (answer) take(answer)
      else leave()
    }
    if (standing.kind === 'left out') row('left out')
    else if (standing.kind === 'kept') {
      const fact = await keptFact(step, await ofStep(undefined), asking)
      if (fact === 'wrong') await askOrLeave()
      else row('kept', standing.value, fact)
    } else if (standing.kind === 'given') {
      const {value, by} = standing
      const unfit = whyUnfit(value, variable)
      if (unfit !== undefined) throw new EssenceError('USAGE', `${by} cannot be used: ${unfit}.`)
      take({value, fact: await givenFact(step, await ofStep(value), asking)})
    } else if (asking.canAsk && !asking.yes) await askOrLeave()
    else {
      const value = before ?? step.recommended
      if (value !== undefined) take({value, fact: await givenFact(step, await ofStep(value), asking)})
      else leave()
    }
  }
  return {changes, rows, leftOut}
}

const untried = (name: string, error: EssenceError): string => `${name} could not be tried. ${error.message}`

/** Of a value that stands in the file: who cannot be reached is no reason against it. */
const keptFact = async (
  step: SetupStep,
  settings: Settings,
  {canAsk, yes, check, warn}: Asking,
): Promise<string | 'wrong' | undefined> => {
  try {
    return await checkedFact(step, settings, check)
  } catch (error) {
    if (!isEssenceError(error) || error.code === 'CANCELLED') throw error
    if (error.code === 'REMOTE_UNREACHABLE') {
      warn(untried(step.name, error))
      return undefined
    }
    if (!canAsk || yes) throw error
    showProblem({kind: 'Warning', message: error.message})
    return 'wrong'
  }
}

/** Of a value that was given unasked. */
const givenFact = async (
  step: SetupStep,
  settings: Settings,
  {canAsk, yes, check, warn}: Asking,
): Promise<string | undefined> => {
  try {
    return await checkedFact(step, settings, check)
  } catch (error) {
    if (!isEssenceError(error) || error.code !== 'REMOTE_UNREACHABLE') throw error
    warn(untried(step.name, error))
    if (yes || (canAsk && (await goesOn()))) return undefined
    const suggestions = [...error.suggestions, 'To go on without trying what was given: --no-check']
    throw new EssenceError(error.code, error.message, {suggestions, cause: error.cause})
  }
}
