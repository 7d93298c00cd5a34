import type {ModeOf} from '../config/declaration.ts'
import {describeOrigin} from '../config/origin.ts'
import type {Inspection} from '../config/read.ts'
import type {Settings} from '../config/schema.ts'

export type Mode = 'mock' | 'real'

/** What stt_tts_roundtrip leaves real. */
const speech: readonly string[] = ['stt', 'tts']

/**
 * Whether a service is a stand-in. Its own variable decides where it is set; otherwise JUNE_TEST_MODE does: `mock` stands in for all,
 * `stt_tts_roundtrip` for all but speech; unset, every service is real.
 * @param own what the variable of the service says: STT_MODE …
 */
export const modeOf = (
  service: string,
  own: Mode | undefined,
  {JUNE_TEST_MODE: test}: Pick<Settings, 'JUNE_TEST_MODE'>,
): Mode => {
  if (own !== undefined) return own
  return test === undefined || (test === 'stt_tts_roundtrip' && speech.includes(service)) ? 'real' : 'mock'
}

/** Which engines of a process are stand-ins. */
export const modesOf = (settings: Settings): {stt: Mode; tts: Mode; llm: Mode} => ({
  stt: modeOf('stt', settings.STT_MODE, settings),
  tts: modeOf('tts', settings.TTS_MODE, settings),
  llm: modeOf('inference', settings.INFERENCE_MODE, settings),
})

export interface ServiceMode {
  service: string
  mode: Mode
  /** What runs, as it is declared: `a mock that hears at once`. */
  what: string
  /** The variable that decides, and where it is set: `STT_MODE=mock (environment)`, `JUNE_TEST_MODE=mock (/etc/june.env:3)`; or the default. */
  why: string
}

/** The variables that make one service each a stand-in, with that service; those of plugins, too. */
export const modeVariables = (groups: Inspection['groups']): (ModeOf & {variable: string})[] =>
  groups.flatMap(({variables}) =>
    Object.entries(variables).flatMap(([variable, {modeOf}]) => (modeOf ? [{...modeOf, variable}] : [])),
  )

/** What is wrong with the variables that decide, or with the whole file they stand in. */
export const modeProblems = ({problems, groups}: Inspection): string[] => {
  const names = ['JUNE_TEST_MODE', ...modeVariables(groups).map(({variable}) => variable)]
  return problems.filter(({name}) => name === undefined || names.includes(name)).map(({message}) => message)
}

/** A setting and where it is set: `STT_MODE=mock (environment)`. */
export const settingText = (name: string, value: string, origins: Inspection['origins']): string =>
  `${name}=${value} (${describeOrigin(origins[name] ?? {kind: 'unset'})})`

/** Why each service that can be a stand-in is one, or is not. */
export const serviceModes = ({settings, origins, groups}: Inspection): ServiceMode[] => {
  return modeVariables(groups).map(({service, variable, ...whats}) => {
    const own: Mode | undefined = Reflect.get(settings, variable)
    const test = settings.JUNE_TEST_MODE
    const mode = modeOf(service, own, settings)
    const found = {service, mode, what: whats[mode]}
    if (own !== undefined) return {...found, why: settingText(variable, own, origins)}
    if (test !== undefined) return {...found, why: settingText('JUNE_TEST_MODE', test, origins)}
    return {...found, why: `default (${variable} and JUNE_TEST_MODE are unset)`}
  })
}
