import type {EngineInfo} from '@essence/core/compute/engine-info'
import type {OpenedMind} from '@essence/core/engines/mind/open-mind'
import {heldAssistant, heldEmbedder, heldModel, type Replaceable} from '@essence/core/engines/replaceable'

/** June as the engine of a service. */
export interface MindEngine extends OpenedMind {
  info: EngineInfo
}

export const mindEngine = (mind: OpenedMind): MindEngine => ({...mind, info: mind.assistant.info})

/** June as she is held at the moment of each call. */
export const heldMind = (held: Replaceable<MindEngine>): MindEngine => {
  const assistant = heldAssistant(held, mind => mind.assistant)
  return {
    assistant,
    get info() {
      return assistant.info
    },
    get llm() {
      return held.current.llm && heldModel(held, ({llm}) => llm)
    },
    get embedder() {
      return held.current.embedder && heldEmbedder(held, ({embedder}) => embedder)
    },
    close: () => held.close(),
  }
}
