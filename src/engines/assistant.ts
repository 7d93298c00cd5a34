import {chatAssistant} from '../assistant/chat-assistant.ts'
import type {Conversations} from '../assistant/conversation-history.ts'
import {demoMind} from '../assistant/demo.ts'
import {mockAssistant} from '../assistant/mock.ts'
import type {Assistant, Sampling} from '../assistant/port.ts'
import type {Settings} from '../config/schema.ts'
import type {LanguageModel} from '../llm/port.ts'
import {openLanguageModel} from './language-model.ts'
import {modesOf} from './modes.ts'

/**
 * What answers: the language model the settings name; where it is only the default and not installed, the demo mind.
 * @param conversations what was said before, to another one
 */
export const openAssistant = async (
  settings: Settings,
  signal?: AbortSignal,
  conversations?: Conversations,
): Promise<Assistant> => assistantOver(await openLanguageModel(settings, signal), settings, conversations)

/** What answers over a model, which it closes; a stand-in where there is none. */
export const assistantOver = (
  llm: LanguageModel | undefined,
  settings: Settings,
  conversations?: Conversations,
): Assistant => {
  if (!llm) return standInAssistant(settings, conversations)
  return chatAssistant(llm, {
    sampling: samplingFrom(settings),
    systemPrompt: settings.SYSTEM_PROMPT,
    conversations,
  })
}

/** How the settings say that a model writes. */
export const samplingFrom = (settings: Settings): Sampling => ({
  temperature: settings.MODEL_TEMPERATURE,
  maxTokens: settings.MODEL_MAX_TOKENS,
  topP: settings.MODEL_TOP_P,
  topK: settings.MODEL_TOP_K,
  repetitionPenalty: settings.MODEL_REPETITION_PENALTY,
})

/** What answers without a language model: the mock where the mode says so, else the demo mind. */
export const standInAssistant = (settings: Settings, conversations?: Conversations): Assistant =>
  modesOf(settings).llm === 'mock' ? mockAssistant() : demoMind({conversations})
