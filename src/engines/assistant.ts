import {chatAssistant} from '../assistant/chat-assistant.ts'
import type {Conversations} from '../assistant/conversation-history.ts'
import {demoMind} from '../assistant/demo.ts'
import {mockAssistant} from '../assistant/mock.ts'
import type {Assistant} from '../assistant/port.ts'
import type {Settings} from '../config/schema.ts'
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
): Promise<Assistant> => {
  const llm = await openLanguageModel(settings, signal)
  if (!llm) return standInAssistant(settings, conversations)
  return chatAssistant(llm, {
    sampling: {
      temperature: settings.MODEL_TEMPERATURE,
      maxTokens: settings.MODEL_MAX_TOKENS,
      topP: settings.MODEL_TOP_P,
      topK: settings.MODEL_TOP_K,
      repetitionPenalty: settings.MODEL_REPETITION_PENALTY,
    },
    systemPrompt: settings.SYSTEM_PROMPT,
    conversations,
  })
}

/** What answers without a language model: the mock where the mode says so, else the demo mind. */
export const standInAssistant = (settings: Settings, conversations?: Conversations): Assistant =>
  modesOf(settings).llm === 'mock' ? mockAssistant() : demoMind({conversations})
