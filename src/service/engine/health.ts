import type {Engines} from '../../engines/open.ts'
import type {Health} from '../health.ts'

/** Has health name the engines of a channel: what they are, and where they compute. */
export const tellEngines = (health: Health, {stt, assistant, tts}: Engines): void => {
  for (const [part, {info}] of Object.entries({stt, llm: assistant, tts})) {
    health.set(part, {status: 'healthy', detail: `${info.engine} ${info.model} on ${info.device}`})
  }
}
