import type {EngineInfo} from '../../compute/engine-info.ts'
import {type Engines, enginesInUse} from '../../engines/open.ts'
import type {Health} from '../health.ts'

/** `whisper ggml-base.bin on cpu` */
export const engineDetail = ({engine, model, device}: EngineInfo): string => `${engine} ${model} on ${device}`

/** Has health name the engines of a channel: what they are, and where they compute. */
export const tellEngines = (health: Health, engines: Engines): void => {
  for (const {role, info} of enginesInUse(engines)) {
    health.set(role, {status: 'healthy', detail: engineDetail(info)})
  }
}
