import {type Engines, enginesInUse} from '../../engines/open.ts'
import type {Health} from '../health.ts'

/** Has health name the engines of a channel: what they are, and where they compute. */
export const tellEngines = (health: Health, engines: Engines): void => {
  for (const {role, info} of enginesInUse(engines)) {
    health.set(role, {status: 'healthy', detail: `${info.engine} ${info.model} on ${info.device}`})
  }
}
