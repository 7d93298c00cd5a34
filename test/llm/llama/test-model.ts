import {existsSync, writeFileSync} from 'node:fs'
import {join, resolve} from 'node:path'
import {type LlamaOptions, openLlama} from '@essence/core/llm/llama/llama'
import type {LlamaLanguageModel} from '@essence/core/llm/llama/model'
import {temporaryFolder} from '../../temporary-folder.ts'
import {type TinyModel, tinyGguf} from './tiny-gguf.ts'

const storiesPath = resolve(import.meta.dirname, '../../../../shared/data/models/stories260K.gguf')

/** A real 260 k-parameter llama without chat template, where the machine has it. */
export const stories = existsSync(storiesPath) ? storiesPath : undefined

/** A folder of model files, with what opens them on one CPU thread and closes them all. */
export const modelFolder = () => {
  const folder = temporaryFolder()
  const opened: LlamaLanguageModel[] = []
  let files = 0
  const write = (bytes: string | Uint8Array): string => {
    const path = join(folder, `model-${files++}.gguf`)
    writeFileSync(path, bytes)
    return path
  }
  const open = async (modelPath: string, options: Partial<LlamaOptions> = {}): Promise<LlamaLanguageModel> => {
    const model = await openLlama({modelPath, device: {backend: 'cpu'}, threads: 1, contextTokens: 512, ...options})
    opened.push(model)
    return model
  }
  const closeModels = async (): Promise<void> => {
    await Promise.all(opened.splice(0).map(model => model.close()))
  }
  return {
    write,
    open,
    tiny: (model: TinyModel, options?: Partial<LlamaOptions>) => open(write(tinyGguf(model)), options),
    closeModels,
    close: closeModels,
  }
}
