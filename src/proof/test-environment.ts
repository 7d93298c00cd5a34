import type {SettingsGroup} from '../config/declaration.ts'
import {readEnvFile} from '../config/env-file.ts'
import {coreGroups} from '../config/schema.ts'
import {modeOf, modeVariables} from '../engines/modes.ts'
import {defined} from '../kit/defined.ts'

export const testModes = ['mock', 'stt_tts_roundtrip', 'conversation'] as const
export type TestMode = (typeof testModes)[number]

/**
 * The variables of a mode, those of every service among them: what a person set for a single service does not change what is tested. In a
 * conversation every service is real, which no JUNE_TEST_MODE says.
 * @param installed what the plugins declare
 */
export const modeEnvironment = (mode: TestMode, installed: readonly SettingsGroup[]): Record<string, string> => {
  const services = modeVariables([...coreGroups, ...installed])
  const test = mode === 'conversation' ? undefined : mode
  const ofService = services.map(({variable, service}) => [
    variable,
    modeOf(service, undefined, {JUNE_TEST_MODE: test}),
  ])
  return {...defined({JUNE_TEST_MODE: test}), ...Object.fromEntries(ofService)}
}

/** Engines elsewhere: a test starts its own, unless it is told of running ones. */
const elsewhere = ['STT_URL', 'TTS_URL', 'LLM_URL']

export interface EnvironmentOptions {
  /** The environment file in use, if there is one. */
  file: string | undefined
  /** Default `process.env`. */
  env?: NodeJS.ProcessEnv | undefined
  /** Wins over everything. */
  own: NodeJS.ProcessEnv
  /** Variables that are not handed on. */
  drop: readonly string[]
}

/**
 * What the services of a test are started with: the environment and its file as they are, less what would reach others, and the
 * test's own above it. The file is read here and kept from the services: a variable that is dropped must not come back by it.
 * @throws CONFIG_INVALID for a file that cannot be read
 */
export const testEnvironment = async ({
  file,
  env = process.env,
  own,
  drop,
}: EnvironmentOptions): Promise<NodeJS.ProcessEnv> => {
  const assigned = file === undefined ? undefined : await readEnvFile(file)
  const fromFile = [...(assigned?.assignments ?? [])].map(([name, {value}]) => [name, value] as const)
  const given = Object.entries(env).filter(([, value]) => value?.trim())
  const dropped = new Set([...elsewhere, ...drop])
  const kept = [...fromFile, ...given].filter(([name]) => !dropped.has(name))
  return {...Object.fromEntries(kept), ENV_SH: '/dev/null', ...own}
}
