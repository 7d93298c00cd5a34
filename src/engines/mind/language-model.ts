import {type Settings, variables} from '../../config/schema.ts'
import {openLlama} from '../../llm/llama/llama.ts'
import type {LanguageModel} from '../../llm/port.ts'
import {catalogue} from '../../models/catalogue/catalogue.ts'
import {smallModels} from '../install-command.ts'
import {findModel} from '../missing-model.ts'
import {modesOf} from '../modes.ts'
import {isForeign} from '../remote/assistant.ts'

/** The language model the settings name; undefined where a stand-in is to answer. */
export const openLanguageModel = async (
  settings: Settings,
  signal?: AbortSignal,
): Promise<LanguageModel | undefined> => {
  if (modesOf(settings).llm === 'mock') return undefined
  if (isForeign(settings.LLM_URL)) return remoteModel(settings, settings.LLM_URL, signal)
  const modelPath = await findModel('llm', 'MODEL_NAME', settings)
  if (modelPath === undefined) return undefined
  return openLlama({
    modelPath,
    device: settings.MODEL_DEVICE,
    contextTokens: settings.MAX_CONTEXT_LENGTH,
    conversations: settings.LLM_CONVERSATIONS,
    requestLimit: settings.LLM_QUEUE_LIMIT,
    threads: settings.LLM_THREADS,
    thinking: settings.MODEL_THINKING,
    thoughtTokens: settings.MODEL_THINKING_TOKENS,
    kvCache: settings.LLM_KV_CACHE,
    flashAttention: settings.LLM_FLASH_ATTENTION,
    gpuLayers: settings.LLM_GPU_LAYERS,
    // Stretched, a model writes a little worse: only for who asked for more than the default.
    yarn: settings.USE_YARN && String(settings.MAX_CONTEXT_LENGTH) !== variables.MAX_CONTEXT_LENGTH.default,
    otherModels: catalogue.filter(({kind}) => kind === 'llm').map(({id, memoryBytes}) => ({id, memoryBytes})),
    instructModels: smallModels('llm'),
    signal,
  })
}

/** The model of an OpenAI-compatible server. A MODEL_NAME that was set must be served there; the default is taken where it is. */
const remoteModel = async (settings: Settings, url: string, signal?: AbortSignal): Promise<LanguageModel> => {
  const preferred = variables.MODEL_NAME.default
  const {openRemoteModel} = await import('../../llm/openai/remote-model.ts')
  return openRemoteModel({
    url,
    key: settings.LLM_API_KEY,
    model: settings.MODEL_NAME === preferred ? undefined : settings.MODEL_NAME,
    preferred,
    contextTokens: settings.MAX_CONTEXT_LENGTH,
    thinking: settings.MODEL_THINKING,
    signal,
  })
}
