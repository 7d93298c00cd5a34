import type {SettingsGroup, Variables} from '../../config/declaration.ts'
import {type Inspection, inspectConfig, invalidConfig} from '../../config/read.ts'
import type {SetupStep} from '../../config/setup-step.ts'
import {editEnvFile} from '../../config/write-env-file.ts'
import {nearest} from '../../kit/nearest.ts'
import {hubFrom} from '../../models/hub/hub-settings.ts'
import {usageError} from '../base-command.ts'
import {type Choice, writeChoice} from '../up/models/choice.ts'
import {type AnswerRow, type Answers, type Asking, answerSteps} from './answer-steps.ts'
import {chooseModels, type ModelsAnswer, missingModelFlags} from './choose-models.ts'
import {type EnvPlace, envWord, isReadByOthers, openEnvPlace} from './env-place.ts'
import {readLeftOut, writeLeftOut} from './left-out.ts'
import {readGiven} from './read-given.ts'
import {type Standing, standingOf} from './standing.ts'

export interface InitRun extends Asking {
  steps: readonly SetupStep[]
  /** What the plugins declare. */
  installed: readonly SettingsGroup[]
  groups: readonly SettingsGroup[]
  /** Of the command line, by their names. */
  flags: Readonly<Record<string, unknown>>
  models: Choice['models'] | undefined
  download: boolean | undefined
  /** Names that are to be asked for again. */
  change: readonly string[]
}

export interface Initialised {
  file: string
  written: 'created' | 'changed' | 'unchanged'
  settings: AnswerRow[]
  models: ModelsAnswer
}

const profileName = 'MODEL_PROFILE'

/**
 * Finds what is missing in the settings, has it answered, and writes the environment file, in one step and last.
 * @throws USAGE naming all flags that are missing where nobody can be asked; CONFIG_INVALID, OUTPUT_UNWRITABLE, DISK_FULL, CANCELLED, and
 * what the checks of answers throw. All is as it was then.
 */
export const runInit = async (run: InitRun): Promise<Initialised> => {
  const {steps, installed, groups, canAsk, yes, note, change} = run
  const variables: Variables = Object.assign({}, ...groups.map(group => group.variables))
  checkNames(run)
  const place = await openEnvPlace()
  const given = await readGiven(steps, run.flags, name => variables[name]?.secret === true)
  const inspect = (changes: ReadonlyMap<string, string>): Promise<Inspection> =>
    inspectConfig({...place.sources, flags: Object.fromEntries(changes), installed})
  const {settings, origins, problems} = await inspect(new Map())
  const isAsked = (name: string | undefined): boolean => steps.some(step => step.name === name)
  const others = problems.filter(({name}) => !isAsked(name))
  if (others.length > 0) throw invalidConfig(others.map(({message}) => message))
  const leftOut = await readLeftOut(settings.JUNE_DATA_DIR)
  const known = {variables, file: place.assignments, env: process.env, given, change, leftOut}
  const standings = new Map(steps.map(step => [step.name, standingOf(step, known)]))
  const hub = hubFrom(settings)
  try {
    const {models, download} = run
    const question = {
      ...{settings, origins, models, download, hub, canAsk: canAsk && !yes, yes, note},
      again: change.includes(profileName),
    }
    const missing = missingSteps(steps, standings)
    const needed = missing.filter(({optional}) => !optional)
    if (!canAsk && !yes) refuseToWait(needed, await missingModelFlags(question))
    tellStandings(standings, missing.length > 0, place.path, run)
    const isUnset = (name: string): boolean => ['default', 'unset'].includes(origins[name]?.kind ?? 'unset')
    const answers = await answerSteps(
      {
        ...{steps, standings, variables},
        isSet: name => !isUnset(name) && !problems.some(problem => problem.name === name),
        settingsWith: async changes => (await inspect(changes)).settings,
      },
      run,
    )
    return await keep(answers, await chooseModels(question), {place, run, leftOut, dataDir: settings.JUNE_DATA_DIR})
  } finally {
    // Idle connections would keep the process for seconds.
    await hub?.dispatcher.destroy()
  }
}

/** What a person should know before the first question. */
const tellStandings = (
  standings: ReadonlyMap<string, Standing>,
  isAsking: boolean,
  path: string,
  {canAsk, yes, note, warn}: Asking,
): void => {
  for (const [name, standing] of standings) {
    if (standing.kind === 'missing' && standing.invalid) warn(`${name} in ${path} cannot be used as it is.`)
  }
  if (!canAsk || yes || !isAsking) return
  const kept = [...standings].flatMap(([name, {kind}]) => (kind === 'kept' ? [name] : []))
  note(`Settings go to ${path}. Enter takes what is in [brackets]; Ctrl-C leaves everything as it is.`)
  if (kept.length > 0) note(`Kept: ${kept.join(', ')}.`)
}

interface Keeping {
  place: EnvPlace
  run: InitRun
  /** What was left out before. */
  leftOut: readonly string[]
  dataDir: string
}

/** Writes all that was answered. @throws what `editEnvFile` throws */
const keep = async (
  {changes, rows, leftOut}: Answers,
  models: ModelsAnswer,
  {place: {path, assignments}, run: {steps, warn}, leftOut: before, dataDir}: Keeping,
): Promise<Initialised> => {
  const all = new Map(changes)
  const named = assignments.get(profileName)?.value.trim() || undefined
  const profile = models.profile ?? named
  const settings = [...rows]
  if (profile !== undefined) {
    if (profile !== named) all.set(profileName, profile)
    const state = named === undefined ? 'new' : profile === named ? 'kept' : 'changed'
    settings.push({name: profileName, state, value: profile, secret: false, fact: null})
  }
  const words = [...all].map(([name, value]) => [name, envWord(value)] as const)
  const written = await editEnvFile(path, Object.fromEntries(words))
  const without = new Set([...before.filter(name => !all.has(name)), ...leftOut])
  await remember(dataDir, {leftOut: [...without], before, models}, warn)
  for (const {name} of steps) {
    const [here, there] = [process.env[name]?.trim(), all.get(name) ?? assignments.get(name)?.value.trim()]
    if (here && there && here !== there) warn(`${name} is set in the environment, which wins over ${path}.`)
  }
  if (settings.some(({secret, state}) => secret && state !== 'left out') && (await isReadByOthers(path)))
    warn(`${path} holds secrets, and others of this machine may read it: chmod 600 ${path}`)
  return {file: path, written, settings, models}
}

/** @throws USAGE for a name that nothing asks for */
const checkNames = ({steps, change}: InitRun): void => {
  const names = [...steps.map(({name}) => name), profileName]
  const unknown = change.find(name => !names.includes(name))
  if (unknown === undefined) return
  const meant = nearest(unknown, names)
  throw usageError(`--change "${unknown}": expected one of ${names.join(', ')}.`, [
    ...(meant ? [`Did you mean: essence init --change ${meant}`] : []),
    'Every other setting is changed in the environment file: essence config',
  ])
}

/** What has to be answered; without what is asked only after another answer, and so may not be. */
const missingSteps = (steps: readonly SetupStep[], standings: ReadonlyMap<string, Standing>): SetupStep[] => {
  const isMissing = (name: string): boolean => standings.get(name)?.kind === 'missing'
  const has = (name: string): boolean => ['kept', 'given'].includes(standings.get(name)?.kind ?? '')
  return steps.filter(({name, needs}) => isMissing(name) && (needs === undefined || has(needs)))
}

/** @throws USAGE naming every flag that is missing */
const refuseToWait = (steps: readonly SetupStep[], modelFlags: readonly string[]): void => {
  const missing = [
    ...steps.map(({name, flag}) => `${flag === undefined ? '' : `--${flag}, or `}${name} in the environment`),
    ...modelFlags,
  ]
  if (missing.length === 0) return
  throw usageError(`Nobody can be asked here, and this is missing: ${missing.join('; ')}.`, [
    'Pass them; a secret by the file it is in, or - for standard input.',
    'To take what is recommended, and leave the rest out: --yes',
  ])
}

/** What is not asked again. That it cannot be kept is no reason against the settings. */
const remember = async (
  dataDir: string,
  {leftOut, before, models}: {leftOut: readonly string[]; before: readonly string[]; models: ModelsAnswer},
  warn: Asking['warn'],
): Promise<void> => {
  try {
    if (leftOut.join() !== before.join()) await writeLeftOut(dataDir, leftOut)
    const {profile, state, isNew} = models
    if (isNew) await writeChoice(dataDir, {models: profile ?? 'none', installed: state === 'installed'})
  } catch {
    warn(`${dataDir} cannot be written: what was left out is asked for again.`)
  }
}
