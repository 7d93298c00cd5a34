import type {Variables} from '../../config/declaration.ts'
import type {SetupStep} from '../../config/setup-step.ts'

/** What is known of a setting before anybody is asked. */
export type Standing =
  /** It stands in the environment file. */
  | {kind: 'kept'; value: string}
  /** By a flag, or in the environment; `before`: what the file says. */
  | {kind: 'given'; value: string; by: string; before: string | undefined}
  /** It was left out earlier. */
  | {kind: 'left out'}
  /** `before`: what the file says; `invalid`: that cannot be used. */
  | {kind: 'missing'; before: string | undefined; invalid: boolean}

export interface Known {
  variables: Variables
  /** Of the environment file. */
  file: ReadonlyMap<string, {value: string}>
  env: NodeJS.ProcessEnv
  /** By flags of the command line. */
  given: ReadonlyMap<string, string>
  /** Names that are to be asked for again. */
  change: readonly string[]
  leftOut: readonly string[]
}

/** Empty is unset. */
const textOf = (value: string | undefined): string | undefined => value?.trim() || undefined

/** Where the answer to a step stands. What a flag says counts most; the file is not overruled by the environment, which wins anyway while it is set. */
export const standingOf = (
  {name, flag}: Pick<SetupStep, 'name' | 'flag'>,
  {variables, file, env, given, change, leftOut}: Known,
): Standing => {
  const before = textOf(file.get(name)?.value)
  const invalid = before !== undefined && variables[name]?.schema.safeParse(before).success === false
  const typed = given.get(name)
  if (typed !== undefined)
    return typed === before ? {kind: 'kept', value: typed} : {kind: 'given', value: typed, by: `--${flag}`, before}
  const again = change.includes(name)
  if (before !== undefined && !invalid && !again) return {kind: 'kept', value: before}
  const fromEnvironment = textOf(env[name])
  if (fromEnvironment !== undefined && !again) return {kind: 'given', value: fromEnvironment, by: name, before}
  if (leftOut.includes(name) && !again) return {kind: 'left out'}
  return {kind: 'missing', before: invalid ? undefined : before, invalid}
}
