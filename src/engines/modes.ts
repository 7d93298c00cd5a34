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
  /** The variable that decides, and where it is set: `STT_MODE=mock (environment)`, `JUNE_TEST_MODE=mock (/etc/june.env:3)`. */
  why: string
}

/** The variables that make one service each a stand-in, with that service; those of plugins, too. */
export const modeVariables = (groups: Inspection['groups']): {service: string; variable: string}[] =>
  groups.flatMap(({variables}) =>
    Object.entries(variables).flatMap(([variable, {modeOf: service}]) => (service ? [{service, variable}] : [])),
  )

/** Why each service that can be a stand-in is one, or is not. */
export const serviceModes = ({settings, origins, groups}: Inspection): ServiceMode[] => {
  const because = (name: string, value: string): string =>
    `${name}=${value} (${describeOrigin(origins[name] ?? {kind: 'unset'})})`
  return modeVariables(groups).map(({service, variable}) => {
    const own: Mode | undefined = Reflect.get(settings, variable)
    const test = settings.JUNE_TEST_MODE
    const mode = modeOf(service, own, settings)
    if (own !== undefined) return {service, mode, why: because(variable, own)}
    if (test !== undefined) return {service, mode, why: because('JUNE_TEST_MODE', test)}
    return {service, mode, why: `default (neither ${variable} nor JUNE_TEST_MODE is set)`}
  })
}
