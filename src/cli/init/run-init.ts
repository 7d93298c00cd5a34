import type {SettingsGroup, Variables} from '../../config/declaration.ts'
import {inspectConfig, invalidConfig} from '../../config/read.ts'
import type {SetupStep} from '../../config/setup-step.ts'
import {editEnvFile} from '../../config/write-env-file.ts'
import {nearest} from '../../kit/nearest.ts'
import {hubFrom} from '../../models/hub/hub-settings.ts'
import {usageError} from '../base-command.ts'
import {type Choice, writeChoice} from '../up/models/choice.ts'
import {type AnswerRow, type Asking, answerSteps} from './answer-steps.ts'
import {chooseModels, type ModelsAnswer, missingModelFlags} from './choose-models.ts'
import {envWord, isReadByOthers, openEnvPlace} from './env-place.ts'
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
  const {steps, installed, groups, canAsk, yes, note, warn} = run
  const variables: Variables = Object.assign({}, ...groups.map(group => group.variables))
  checkNames(run)
  const {path, assignments: file} = await openEnvPlace()
  const given = await readGiven(steps, run.flags, name => variables[name]?.secret === true)
  const inspect = (changes: ReadonlyMap<string, string>) =>
    inspectConfig({flags: Object.fromEntries(changes), installed})
  const before = await inspect(new Map())
  const asked = new Set(steps.map(({name}) => name))
  const others = before.problems.filter(({name}) => name === undefined || !asked.has(name))
  if (others.length > 0) throw invalidConfig(others.map(({message}) => message))
  const {JUNE_DATA_DIR: dataDir} = before.settings
  const known = {variables, file, env: process.env, given, change: run.change, leftOut: await readLeftOut(dataDir)}
  const standings = new Map(steps.map(step => [step.name, standingOf(step, known)]))
  const hub = hubFrom(before.settings)
  const {models, download} = run
  const {settings, origins} = before
  const question = {
    ...{settings, origins, models, download, hub, canAsk: canAsk && !yes, yes, note},
    again: run.change.includes(profileName),
  }
  try {
    const missing = missingSteps(steps, standings)
    if (!canAsk && !yes) refuseToWait(missing, await missingModelFlags(question))
    for (const [name, standing] of standings)
      if (standing.kind === 'missing' && standing.invalid) warn(`${name} in ${path} cannot be used as it is.`)
    const keeps = [...standings].flatMap(([name, {kind}]) => (kind === 'kept' ? [name] : []))
    if (canAsk && !yes && missing.length > 0) {
      note(`Settings go to ${path}. Enter takes what is in [brackets]; Ctrl-C leaves everything as it is.`)
      if (keeps.length > 0) note(`Kept: ${keeps.join(', ')}.`)
    }
    const {changes, rows, leftOut} = await answerSteps(
      {
        ...{steps, standings, variables},
        isSet: name => !['default', 'unset'].includes(before.origins[name]?.kind ?? 'unset'),
        settingsWith: async changes => (await inspect(changes)).settings,
      },
      run,
    )
    const chosen = await chooseModels(question)
    const all = new Map(changes)
    const kept = file.get(profileName)?.value.trim() || undefined
    const profile = chosen.profile ?? kept
    if (profile !== undefined) {
      if (profile !== kept) all.set(profileName, profile)
      const state = kept === undefined ? 'new' : profile === kept ? 'kept' : 'changed'
      rows.push({name: profileName, state, value: profile, secret: false, fact: null})
    }
    const words = [...all].map(([name, value]) => [name, envWord(value)] as const)
    const written = await editEnvFile(path, Object.fromEntries(words))
    await remember(
      dataDir,
      {leftOut: [...known.leftOut.filter(name => !all.has(name)), ...leftOut], before: known.leftOut, chosen},
      warn,
    )
    for (const name of asked) warnOverruled(name, all.get(name) ?? file.get(name)?.value, path, warn)
    if (rows.some(({secret, state}) => secret && state !== 'left out') && (await isReadByOthers(path)))
      warn(`${path} holds secrets, and others of this machine may read it: chmod 600 ${path}`)
    return {file: path, written, settings: rows, models: chosen}
  } finally {
    // Idle connections would keep the process for seconds.
    await hub?.dispatcher.destroy()
  }
}

const warnOverruled = (name: string, kept: string | undefined, path: string, warn: Asking['warn']): void => {
  const other = process.env[name]?.trim()
  if (other && kept?.trim() && other !== kept.trim())
    warn(`${name} is set in the environment, which wins over ${path}.`)
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
  {leftOut, before, chosen}: {leftOut: readonly string[]; before: readonly string[]; chosen: ModelsAnswer},
  warn: Asking['warn'],
): Promise<void> => {
  try {
    if (leftOut.join() !== before.join()) await writeLeftOut(dataDir, leftOut)
    const {profile, state, isNew} = chosen
    if (isNew) await writeChoice(dataDir, {models: profile ?? 'none', installed: state === 'installed'})
  } catch {
    warn(`${dataDir} cannot be written: what was left out is asked for again.`)
  }
}
