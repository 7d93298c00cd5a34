import type {Variables} from '../../config/declaration.ts'
import type {Settings} from '../../config/schema.ts'
import type {SetupStep} from '../../config/setup-step.ts'
import {EssenceError, isEssenceError} from '../../kit/errors.ts'
import {showProblem} from '../problem-text.ts'
import {type Answer, askStep, checkedFact, goesOn, type StepQuestion, whyUnfit} from './ask-step.ts'
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
    const {name, needs, also = []} = step
    const variable = variables[name]
    const standing = standings.get(name)
    if (!variable || !standing) continue
    if (needs !== undefined && !changes.has(needs) && !isSet(needs)) {
      if (standing.kind === 'given') asking.warn(`${standing.by} has no effect: ${needs} is not set.`)
      continue
    }
    const {check, note} = asking
    const before = 'before' in standing ? standing.before : undefined
    const outcome = await outcomeOf(standing, asking, {
      ...{step, variable, before, facts, check, note},
      settingsWith: value => settingsWith(value === undefined ? changes : new Map([...changes, [name, value]])),
    })
    const {state, value, fact} = outcome
    const {secret} = variable
    rows.push({name, state, value: secret ? null : (value ?? null), secret, fact: fact ?? null})
    if (fact !== undefined) facts.set(name, fact)
    if (outcome.isLeftNow) leftOut.push(name)
    if (value === undefined || state === 'kept') continue
    changes.set(name, value)
    for (const other of also.filter(each => !changes.has(each) && !isSet(each))) {
      changes.set(other, value)
      rows.push({name: other, state: 'new', value: secret ? null : value, secret, fact: null})
    }
  }
  return {changes, rows, leftOut}
}

interface Outcome extends Partial<Answer> {
  state: AnswerRow['state']
  /** It was left out now. */
  isLeftNow?: true
}

const outcomeOf = async (standing: Standing, asking: Asking, question: StepQuestion): Promise<Outcome> => {
  const {step, before, settingsWith} = question
  const answered = ({value, fact}: Answer): Outcome => {
    const state = before === undefined ? 'new' : value === before ? 'kept' : 'changed'
    return {state, value, fact}
  }
  const given = async (value: string): Promise<Outcome> =>
    answered({value, fact: await givenFact(step, await settingsWith(value), asking)})
  const left = (): Outcome => {
    if (step.without) asking.note(step.without)
    return {state: 'left out', isLeftNow: true}
  }
  switch (standing.kind) {
    case 'left out':
      return {state: 'left out'}
    case 'given':
      requireFit(standing, question)
      return given(standing.value)
    case 'kept': {
      const {value} = standing
      const fact = await keptFact(step, await settingsWith(undefined), asking)
      if (fact !== wrong) return {state: 'kept', value, fact}
      const answer = await askStep(question)
      return answer ? {state: 'changed', ...answer} : {state: 'kept', value}
    }
    case 'missing': {
      if (asking.canAsk && !asking.yes) {
        const answer = await askStep(question)
        return answer ? answered(answer) : left()
      }
      const value = before ?? step.recommended
      return value === undefined ? left() : given(value)
    }
  }
}

/** @throws USAGE */
const requireFit = ({value, by}: {value: string; by: string}, {variable}: StepQuestion): void => {
  const unfit = whyUnfit(value, variable)
  if (unfit !== undefined) throw new EssenceError('USAGE', `${by} cannot be used: ${unfit}.`)
}

/** What the file says does not work, and a person can say what does. */
const wrong = Symbol('wrong')

const untried = (name: string, error: EssenceError): string => `${name} could not be tried. ${error.message}`

/** Of a value that stands in the file: who cannot be reached is no reason against it. */
const keptFact = async (
  step: SetupStep,
  settings: Settings,
  {canAsk, yes, check, warn}: Asking,
): Promise<string | typeof wrong | undefined> => {
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
    return wrong
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
