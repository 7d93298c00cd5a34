import {existsSync, readFileSync, writeFileSync} from 'node:fs'
import {join, resolve} from 'node:path'
import {openLlama} from '@essence/core/llm/llama/llama'
import {type LlamaOptions, loadLlama} from '@essence/core/llm/llama/load'
import type {LlamaLanguageModel} from '@essence/core/llm/llama/model'
import type {LanguageModel} from '@essence/core/llm/port'
import {temporaryFolder} from '../../temporary-folder.ts'
import {withTemplate} from './gguf-writer.ts'
import {type TinyModel, tinyGguf} from './tiny-gguf.ts'

const storiesPath = resolve(import.meta.dirname, '../../../../shared/data/models/stories260K.gguf')

/** A real 260 k-parameter llama that continues stories, where the machine has it; it has no chat template of its own. */
export const stories = existsSync(storiesPath) ? storiesPath : undefined

const storyTemplate = "{% for message in messages %}{{ message.content + '\\n' }}{% endfor %}"

/** A folder of model files, with what opens them on one CPU thread, here or in a thread of its own, and closes them all. */
export const modelFolder = () => {
  const folder = temporaryFolder()
  const opened: LanguageModel[] = []
  let files = 0
  const write = (bytes: string | Uint8Array): string => {
    const path = join(folder, `model-${files++}.gguf`)
    writeFileSync(path, bytes)
    return path
  }
  const small = {device: {backend: 'cpu'}, threads: 1, contextTokens: 512} as const
  const open = async (modelPath: string, options: Partial<LlamaOptions> = {}): Promise<LlamaLanguageModel> => {
    const model = await loadLlama({modelPath, ...small, ...options})
    opened.push(model)
    return model
  }
  /** The same in a thread of its own, as services have it. */
  const inThread = async (model: TinyModel, options: Partial<LlamaOptions> = {}): Promise<LanguageModel> => {
    const thread = await openLlama({modelPath: write(tinyGguf(model)), ...small, ...options})
    opened.push(thread)
    return thread
  }
  const closeModels = async (): Promise<void> => {
    await Promise.all(opened.splice(0).map(model => model.close()))
  }
  return {
    write,
    open,
    inThread,
    /** The stories model, with a chat template that is the messages themselves. */
    stories: () => open(write(withTemplate(readFileSync(storiesPath), storyTemplate))),
    tiny: (model: TinyModel, options?: Partial<LlamaOptions>) => open(write(tinyGguf(model)), options),
    closeModels,
    close: closeModels,
  }
}
