import type {Sampling} from '../../assistant/port.ts'
import type {Settings} from '../../config/schema.ts'
import {defined} from '../../kit/defined.ts'
import type {LanguageModel} from '../../llm/port.ts'

/** How the settings say that a model writes. */
export const samplingFrom = (settings: Settings): Sampling => ({
  temperature: settings.MODEL_TEMPERATURE,
  maxTokens: settings.MODEL_MAX_TOKENS,
  topP: settings.MODEL_TOP_P,
  topK: settings.MODEL_TOP_K,
  repetitionPenalty: settings.MODEL_REPETITION_PENALTY,
})

/** A model that writes as the settings say where a request does not, as the service has it. */
export const sampledModel = (llm: LanguageModel, settings: Settings): LanguageModel => {
  const sampling = samplingFrom(settings)
  return {
    ...llm,
    get info() {
      return llm.info
    },
    get callsTools() {
      return llm.callsTools
    },
    chat: (messages, options = {}) => llm.chat(messages, {...sampling, ...defined(options)}),
  }
}
