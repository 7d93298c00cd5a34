import type {Inspection} from '../../config/read.ts'
import type {Settings} from '../../config/schema.ts'
import {type Foreseen, foreseeAssistant, foreseeRecognizer, foreseeSynthesizer} from '../../engines/foresee.ts'
import {type Mode, type ServiceMode, serviceModes, settingText} from '../../engines/modes.ts'
import {messageOf} from '../../kit/errors.ts'
import {wrapWords} from '../table.ts'

/** What a service would run, and why. */
export interface ServiceModeLine extends Foreseen {
  service: string
  /** Undefined where the others find the service at an address: that of the address is its own. */
  mode: Mode | undefined
  why: string
  /** Why it would not start. */
  fault?: string | undefined
}

/** What each service would run, and why; nothing is opened. */
export const explainModes = async (inspection: Inspection): Promise<ServiceModeLine[]> =>
  Promise.all(serviceModes(inspection).map(mode => explain(mode, inspection)))

const explain = async (
  {service, mode, what, why}: ServiceMode,
  {settings, origins}: Inspection,
): Promise<ServiceModeLine> => {
  const [name, url] = elsewhere(service, settings)
  if (url !== undefined) {
    const runs = `what runs at ${url}, a mock or real by its own settings`
    return {service, mode: undefined, why: settingText(name, url, origins), runs}
  }
  const known = {service, mode, why, runs: what}
  if (mode === 'mock') return known
  try {
    return {...known, ...(await foreseen[service]?.(settings))}
  } catch (error) {
    return {...known, fault: messageOf(error)}
  }
}

const elsewhere = (service: string, {STT_URL, TTS_URL}: Settings): [name: string, url: string | undefined] => {
  if (service === 'stt') return ['STT_URL', STT_URL]
  return service === 'tts' ? ['TTS_URL', TTS_URL] : ['', undefined]
}

const foreseen: Partial<Record<string, (settings: Settings) => Promise<Foreseen>>> = {
  stt: foreseeRecognizer,
  tts: foreseeSynthesizer,
  inference: foreseeAssistant,
}

/** Lines for people. @param room columns of the terminal */
export const modeLines = (services: readonly ServiceModeLine[], room: number): string[] => {
  const width = Math.max(...services.map(({service}) => service.length))
  const indent = ' '.repeat(width + 'mock'.length + 4)
  return services.flatMap(({service, mode, runs, fault, why}) => {
    const texts = [fault === undefined ? runs : `would not start: ${fault}`, why]
    const lines = texts.flatMap(text => wrapWords(text, room - indent.length))
    return lines.map((line, at) => (at === 0 ? `${service.padEnd(width)}  ${mode ?? '-   '}  ` : indent) + line)
  })
}
