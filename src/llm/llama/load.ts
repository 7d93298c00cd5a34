import type {LlamaContext, LlamaContextSequence, LlamaModel} from 'node-llama-cpp'
import {auto, type Device} from '../../compute/device.ts'
import {type EngineInfo, modelFile} from '../../compute/engine-info.ts'
import {defaultThreads} from '../../compute/threads.ts'
import {defined} from '../../kit/defined.ts'
import {EssenceError, isEssenceError, messageOf, throwIfCancelled} from '../../kit/errors.ts'
import {type ContextOptions, planContext} from './context-size.ts'
import {openRuntime, type Runtime} from './device.ts'
import {chatTemplateText, checkGgufFile, refuseEmbeddingModel} from './gguf-file.ts'
import {type OtherModel, requireMemory} from './memory.ts'
import {LlamaCpp, type LlamaLanguageModel} from './model.ts'
import {chatTemplateOf} from './template.ts'
import type {Thinking} from './thinking.ts'

type Library = typeof import('node-llama-cpp')

export interface LlamaOptions extends ContextOptions {
  /** A .gguf file. Of a split model, its first part. */
  modelPath: string
  /** Default `auto`. */
  device?: Device | undefined
  /** CPU threads. Default: one core is left free, at most 8. */
  threads?: number | undefined
  /** Layers on the GPU. Default: as many as fit beside the context. */
  gpuLayers?: number | undefined
  /** Requests at once, waiting ones included, before ENGINE_BUSY. Default 64. */
  requestLimit?: number | undefined
  /** Default `off`: a voice that thinks first is silent for long. */
  thinking?: Thinking | undefined
  /** Tokens the model may think before it has to answer. Default: as many as an answer may have. */
  thoughtTokens?: number | undefined
  /** Models named to whoever gives one that cannot answer. */
  instructModels?: readonly string[] | undefined
  /** Of these the largest that fits is named to whoever gives one that does not. */
  otherModels?: readonly OtherModel[] | undefined
  /** Memory of the machine, in bytes. Default: what it has. */
  memoryBytes?: number | undefined
  /** Aborting ends the start. */
  signal?: AbortSignal | undefined
}

/**
 * Loads a model in this thread, which it holds up for hundreds of ms at a time.
 * @throws MODEL_MISSING, MODEL_INVALID, CONFIG_INVALID, ENGINE_UNAVAILABLE, ENGINE_FAILED, CANCELLED
 */
export const loadLlama = async (options: LlamaOptions): Promise<LlamaLanguageModel> => {
  await checkGgufFile(options.modelPath)
  const library = await import('node-llama-cpp')
  const runtime = await openRuntime(library, options.device ?? auto, options.threads ?? defaultThreads())
  try {
    throwIfCancelled(options.signal)
    const {model, context, templateText} = await loadModel(library, runtime, options)
    throwIfCancelled(options.signal)
    const template = chatTemplateOf(library, model, templateText, options.thinking ?? 'off')
    const sequences = Array.from({length: context.totalSequences}, () => context.getSequence())
    await warm(model, sequences)
    return new LlamaCpp({
      library,
      llama: runtime.llama,
      info: {...describe(options.modelPath, runtime, model), note: template.thinksAnyway ? thinksAnyway : undefined},
      contextTokens: context.contextSize,
      template,
      sequences,
      callsTools: /\btools\b/.test(templateText),
      requestLimit: options.requestLimit ?? 64,
      thoughtTokens: options.thoughtTokens,
    })
  } catch (cause) {
    await runtime.llama.dispose()
    throwIfCancelled(options.signal)
    throw loadError(library, options.modelPath, runtime, cause)
  }
}

const loadModel = async (
  library: Library,
  {llama}: Runtime,
  options: LlamaOptions,
): Promise<{model: LlamaModel; context: LlamaContext; templateText: string}> => {
  const {modelPath, instructModels = [], otherModels: others, memoryBytes, signal} = options
  const file = await library.readGgufFileInfo(modelPath, {sourceType: 'filesystem', logWarnings: false})
  refuseEmbeddingModel(file, modelPath)
  await requireMemory(library, llama, file, {modelPath, ...defined({others, memoryBytes})})
  const {tokens, conversations, cacheType, flashAttention, metadataOverrides} = await planContext(
    library,
    llama,
    file,
    options,
  )
  throwIfCancelled(signal)
  const model = await llama.loadModel({
    modelPath,
    gpuLayers: options.gpuLayers ?? {fitContext: {contextSize: tokens * conversations}},
    ...defined({loadSignal: signal, metadataOverrides}),
  })
  // Only now: a file that is cut short has lost its template, too.
  const templateText = chatTemplateText(file, modelPath, instructModels)
  const context = await model.createContext({
    contextSize: tokens,
    sequences: conversations,
    flashAttention,
    experimentalKvCacheKeyType: cacheType,
    experimentalKvCacheValueType: cacheType,
    threads: llama.maxThreads,
    ...defined({createSignal: signal}),
  })
  return {model, context, templateText}
}

const thinksAnyway = 'it thinks before it answers, for which its chat template has no off switch'

const warm = async (model: LlamaModel, [sequence]: LlamaContextSequence[]): Promise<void> => {
  const start = model.tokens.bos ?? model.tokenize(' ')[0]
  if (!sequence || start === undefined) return
  for await (const _token of sequence.evaluate([start], {temperature: 0})) break
  await sequence.clearHistory()
}

/** What a failed load means to people. */
export const loadError = (library: Library, modelPath: string, {errors}: Runtime, cause: unknown): EssenceError => {
  if (isEssenceError(cause)) return cause
  const said = errors.findLast(line => /error|alloc/i.test(line)) ?? messageOf(cause)
  if (cause instanceof library.InsufficientMemoryError || /out of memory|\balloc/i.test(said))
    return new EssenceError('ENGINE_FAILED', `There is not enough memory for ${modelPath}: ${said}`, {
      suggestions: ['Take a smaller model or quantisation.', 'Lower the context size or the number of conversations.'],
      cause,
    })
  return new EssenceError('MODEL_INVALID', `llama.cpp cannot load ${modelPath}: ${said}`, {
    suggestions: [
      'Verify the file: essence models verify',
      'It may be cut short or newer than llama.cpp here; download it again.',
    ],
    cause,
  })
}

export const describe = (modelPath: string, {device, deviceReason}: Runtime, model: LlamaModel): EngineInfo => {
  const named = {engine: 'llama.cpp', ...modelFile(modelPath)}
  if (device === 'cpu' || model.gpuLayers > 0) return {...named, device, deviceReason}
  return {...named, device: 'cpu', deviceReason: `no layer of the model fits the GPU (${deviceReason})`}
}
