import type {Conversations} from '../assistant/conversation-history.ts'
import {mockAssistant} from '../assistant/mock.ts'
import type {Assistant} from '../assistant/port.ts'
import type {Settings} from '../config/schema.ts'
import {EssenceError} from '../kit/errors.ts'
import type {Embedder} from '../llm/embedding-port.ts'
import {mockLlm} from '../llm/mock.ts'
import type {LanguageModel} from '../llm/port.ts'
import {assistantOver} from './assistant.ts'
import {openLanguageModel} from './language-model.ts'
import {modesOf} from './modes.ts'

/** June in this process, and what she is made of, for those who ask for a part. */
export interface OpenedMind {
  assistant: Assistant
  /** The bare model; undefined where a stand-in answers. */
  llm: LanguageModel | undefined
  embedder: Embedder | undefined
  close(): Promise<void>
}

/** @param options `conversations`: what was said before, to another one @throws what `openLanguageModel` throws */
export const openMind = async (
  settings: Settings,
  {signal, conversations}: {signal?: AbortSignal | undefined; conversations?: Conversations | undefined},
): Promise<OpenedMind> => {
  if (modesOf(settings).llm === 'mock') {
    const assistant = mockAssistant()
    return {assistant, llm: mockLlm(), embedder: undefined, close: assistant.close}
  }
  refuseForeignServer(settings)
  const llm = await openLanguageModel(settings, signal)
  const assistant = assistantOver(llm, settings, conversations)
  return {assistant, llm, embedder: undefined, close: () => assistant.close()}
}

/** A set URL must not be ignored in silence. */
const refuseForeignServer = ({LLM_URL}: Settings): void => {
  if (LLM_URL === undefined) return
  throw new EssenceError(
    'ENGINE_UNAVAILABLE',
    `LLM_URL is ${LLM_URL}; only June's own service (grpc://) can be used yet.`,
    {
      suggestions: ['Unset LLM_URL, or give the address of essence inference-api.'],
    },
  )
}
