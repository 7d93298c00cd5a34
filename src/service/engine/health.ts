import type {EngineInfo} from '../../compute/engine-info.ts'
import {type Engines, enginesInUse} from '../../engines/open.ts'
import type {Health} from '../health.ts'

/** `whisper ggml-base.bin on cpu` */
export const engineDetail = ({engine, model, device}: EngineInfo): string => `${engine} ${model} on ${device}`

/**
 * Has health name the engines of a channel: what they are, and where they compute. What the assistant lacks is looked at each time:
 * a database goes and comes back.
 */
export const tellEngines = (health: Health, engines: Engines): void => {
  for (const {role, info} of enginesInUse(engines)) {
    const detail = engineDetail(info)
    health.set(role, () => {
      const lacks = role === 'llm' ? (engines.assistant.lacks ?? []) : []
      if (lacks.length === 0) return {status: 'healthy', detail}
      return {status: 'degraded', detail: [detail, ...lacks].join('; ')}
    })
  }
}
