import type {
  ChatHistoryItem,
  ChatWrapper,
  ChatWrapperGenerateContextStateOptions,
  ChatWrapperGeneratedContextState,
  ChatWrapperSettings,
  LlamaModel,
  LlamaText,
  Token,
} from 'node-llama-cpp'
import type {ChatMessage} from '../port.ts'

type Library = typeof import('node-llama-cpp')

/** The marks between which models write their reasoning. */
const thoughtMarks: [open: string, close: string][] = [
  ['<think>', '</think>'],
  ['<thought>', '</thought>'],
  ['[THINK]', '[/THINK]'],
  ['<|START_THINKING|>', '<|END_THINKING|>'],
  ['<|begin_of_thought|>', '<|end_of_thought|>'],
]

/** How this model wants a conversation written, and how it tells its thoughts from its answer. */
export interface ChatTemplate {
  wrapper: ChatWrapper
  /** The tokens of a prompt that ends where the assistant's answer begins. Message text never becomes a control token. */
  tokens(messages: readonly ChatMessage[]): Token[]
}

/** Reads the model's own chat template; a model without one gets a plain "### Human / ### Assistant" transcript. */
export const chatTemplateOf = (library: Library, model: LlamaModel): ChatTemplate => {
  const wrapper = withThoughtMarks(library, wrapperOf(library, model), model.fileInfo.metadata.tokenizer?.chat_template)
  return {
    wrapper,
    tokens: messages => {
      const chatHistory: ChatHistoryItem[] = [...historyOf(messages), {type: 'model', response: []}]
      return wrapper.generateContextState({chatHistory}).contextText.tokenize(model.tokenizer)
    },
  }
}

export const historyOf = (messages: readonly ChatMessage[]): ChatHistoryItem[] =>
  messages.map(({role, content}) =>
    role === 'assistant' ? {type: 'model', response: [content]} : {type: role, text: content},
  )

const wrapperOf = (library: Library, model: LlamaModel): ChatWrapper => {
  const template = model.fileInfo.metadata.tokenizer?.chat_template
  const options = {warningLogs: false, fallbackToOtherWrappersOnJinjaError: false}
  try {
    const wrapper = library.resolveChatWrapper(model, options)
    // A specialised wrapper may know the format but not the model's thoughts; the template's own rendering does.
    if (!template || wrapper.settings.segments?.thought || !knowsThoughts(model, template)) return wrapper
    return new library.JinjaTemplateChatWrapper({template, tokenizer: model.tokenizer})
  } catch {
    return library.resolveChatWrapper(model, {...options, noJinja: true})
  }
}

const knowsThoughts = (model: LlamaModel, template: string): boolean =>
  thoughtMarks.some(
    marks =>
      marks.every(mark => template.includes(mark)) || marks.every(mark => model.tokenize(mark, true).length === 1),
  )

/**
 * node-llama-cpp looks for thoughts between the marks exactly as the template writes them, line breaks included, and a
 * model that leaves out a line break would have its whole answer taken for a thought (or the reverse). So the bare marks
 * are looked for, while prompts are still rendered as the template says.
 */
const withThoughtMarks = (library: Library, inner: ChatWrapper, template: string | undefined): ChatWrapper => {
  const thought = inner.settings.segments?.thought
  const marks = thoughtMarks.find(([, close]) => thought?.suffix?.toString().includes(close))
  if (!thought || !marks) return inner
  const [open, close] = marks
  const asMarks = (text: string): LlamaText => library.LlamaText(new library.SpecialTokensText(text))
  const byPrompt = promptOpening(template ?? '', marks)
  // node-llama-cpp says nothing where it could not learn from the template's rendering how a thought begins.
  const unsure = thought.openOnResponseStart === undefined
  const opened = unsure ? byPrompt !== undefined : thought.openOnResponseStart === true
  const settings: ChatWrapperSettings = {
    ...inner.settings,
    segments: {
      ...inner.settings.segments,
      thought: {
        ...thought,
        suffix: asMarks(close),
        openOnResponseStart: opened,
        ...(opened && !unsure ? {} : {prefix: asMarks((unsure && byPrompt) || open)}),
      },
    },
  }
  return new (class extends library.ChatWrapper {
    override readonly wrapperName = inner.wrapperName
    override readonly settings = settings
    override generateContextState(options: ChatWrapperGenerateContextStateOptions): ChatWrapperGeneratedContextState {
      return inner.generateContextState(options)
    }
  })()
}

/** What opens the thought at the end of the prompt a template makes: the last opening mark, unless it is closed again. */
const promptOpening = (template: string, [open, close]: [string, string]): string | undefined => {
  const ending = template.split('add_generation_prompt').at(-1) ?? ''
  const at = ending.lastIndexOf(open)
  if (ending === template || at <= ending.lastIndexOf(close)) return undefined
  const [lineBreaks = ''] = /^(\\n|\n)*/.exec(ending.slice(at + open.length)) ?? []
  return open + lineBreaks.replaceAll('\\n', '\n')
}
