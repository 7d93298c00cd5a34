import type {EngineInfo} from '@essence/core/compute/engine-info'
import type {OpenedMind} from '@essence/core/engines/mind/open-mind'
import {heldAssistant, type Replaceable} from '@essence/core/engines/replaceable'
import {EssenceError} from '@essence/core/kit/errors'
import type {Embedder} from '@essence/core/llm/embedding-port'
import type {LanguageModel} from '@essence/core/llm/port'

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
      return held.current.llm && heldModel(held)
    },
    get embedder() {
      return held.current.embedder && heldEmbedder(held)
    },
    close: () => held.close(),
  }
}

/** What was there when it was asked for, and is not any more. */
const gone = (): never => {
  throw new EssenceError('ENGINE_UNAVAILABLE', 'The model is being replaced.', {suggestions: ['Try again.']})
}

const heldModel = (held: Replaceable<MindEngine>): LanguageModel => {
  const model = ({llm}: MindEngine): LanguageModel => llm ?? gone()
  return {
    get info() {
      return model(held.current).info
    },
    get contextTokens() {
      return model(held.current).contextTokens
    },
    get requestLimit() {
      return model(held.current).requestLimit
    },
    promptTokens: maxTokens => model(held.current).promptTokens(maxTokens),
    countTokens: (messages, tools) => held.run(mind => model(mind).countTokens(messages, tools)),
    prepare: (opening, signal) => held.run(mind => model(mind).prepare(opening, signal)),
    chat: (messages, options) => held.stream(mind => model(mind).chat(messages, options)),
    close: () => held.close(),
  }
}

const heldEmbedder = (held: Replaceable<MindEngine>): Embedder => {
  const embedder = (mind: MindEngine): Embedder => mind.embedder ?? gone()
  const {info, model, dimension, maxTokens} = embedder(held.current)
  return {
    ...{info, model, dimension, maxTokens},
    embed: (texts, options) => held.run(mind => embedder(mind).embed(texts, options)),
    close: () => held.close(),
  }
}
