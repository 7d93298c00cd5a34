import type {Sampling} from '../../assistant/port.ts'
import type {Settings} from '../../config/schema.ts'

/** How the settings say that a model writes. */
export const samplingFrom = (settings: Settings): Sampling => ({
  temperature: settings.MODEL_TEMPERATURE,
  maxTokens: settings.MODEL_MAX_TOKENS,
  topP: settings.MODEL_TOP_P,
  topK: settings.MODEL_TOP_K,
  repetitionPenalty: settings.MODEL_REPETITION_PENALTY,
})
