import type {
  ChatHistoryItem,
  ChatWrapper,
  ChatWrapperGenerateContextStateOptions,
  ChatWrapperGeneratedContextState,
  ChatWrapperSettings,
  LlamaModel,
  Token,
} from 'node-llama-cpp'
import type {ChatMessage} from '../port.ts'
import {knowsMarks, openedAtEnd, type Thinking, thinkingParameters, thoughtMarks, thoughtSegment} from './thinking.ts'

type Library = typeof import('node-llama-cpp')

/** How this model wants a conversation written, and how it tells its thoughts from its answer. */
export interface ChatTemplate {
  wrapper: ChatWrapper
  /** It thinks before it answers although it was told not to: its template has no switch for that, or only one for less. */
  thinksAnyway: boolean
  /** The tokens of a prompt that ends where the assistant's answer begins. Message text never becomes a control token. */
  tokens(messages: readonly ChatMessage[]): Token[]
}

/**
 * Renders the model's own chat template, as it was published; one that cannot be rendered gives way to a known format.
 * @param template its Jinja source
 */
export const chatTemplateOf = (
  library: Library,
  model: LlamaModel,
  template: string,
  thinking: Thinking,
): ChatTemplate => {
  const wrapper = wrapperOf(library, model, template, thinking)
  const knowsSwitch = (): boolean => promptOf(wrapper) !== promptOf(wrapperOf(library, model, template, 'on'))
  return {
    wrapper,
    thinksAnyway: thinking === 'off' && (isHarmony(template) || (thinksIn(wrapper, template) && !knowsSwitch())),
    tokens: messages => {
      const chatHistory: ChatHistoryItem[] = [...historyOf(messages), {type: 'model', response: []}]
      return wrapper.generateContextState({chatHistory}).contextText.tokenize(model.tokenizer)
    },
  }
}

export const historyOf = (messages: readonly ChatMessage[]): ChatHistoryItem[] =>
  messages.map(({role, content}) =>
    role === 'assistant'
      ? {type: 'model', response: [content]}
      : {type: role === 'system' ? 'system' : 'user', text: content},
  )

/** gpt-oss: its answer comes with headers of its own, which the library reads; its thoughts can be made shorter only. */
const isHarmony = (template: string): boolean => template.includes('<|start|>') && template.includes('<|channel|>')

const reasoningEffort = {off: 'low', auto: 'medium', on: 'high'} as const satisfies Record<Thinking, string>

const wrapperOf = (library: Library, model: LlamaModel, template: string, thinking: Thinking): ChatWrapper => {
  if (isHarmony(template)) return new library.HarmonyChatWrapper({reasoningEffort: reasoningEffort[thinking]})
  for (const parameters of thinkingParameters[thinking]) {
    try {
      return rendered(library, model, template, parameters)
    } catch {
      // Some templates refuse a value they do not know.
    }
  }
  return library.resolveChatWrapper(model, {
    warningLogs: false,
    noJinja: true,
    customWrapperSettings: {jinjaTemplate: {template}},
  })
}

/**
 * The library renders an answer without text where one is to begin; templates have a prompt for that, and many put their switch for
 * thoughts there.
 */
const rendered = (
  library: Library,
  model: LlamaModel,
  template: string,
  parameters: Record<string, unknown>,
): ChatWrapper => {
  const jinja = (additionalRenderParameters: Record<string, unknown>): ChatWrapper =>
    new library.JinjaTemplateChatWrapper({
      template,
      tokenizer: model.tokenizer,
      functionCallMessageTemplate: 'noJinja',
      // It would switch thinking on by itself.
      reasoning: null,
      additionalRenderParameters,
    })
  const conversation = jinja(parameters)
  const prompt = jinja({...parameters, add_generation_prompt: true})
  const stateOf = (options: ChatWrapperGenerateContextStateOptions): ChatWrapperGeneratedContextState => {
    const state = conversation.generateContextState(options)
    const last = options.chatHistory.at(-1)
    if (last?.type !== 'model' || last.response.length > 0) return state
    const chatHistory = options.chatHistory.slice(0, -1)
    return {...state, contextText: prompt.generateContextState({...options, chatHistory}).contextText}
  }
  const asked = stateOf({chatHistory: probe}).contextText.toString()
  const marks = thoughtMarks.find(each => knowsMarks(each, template, model))
  const {segments, ...others} = conversation.settings
  const settings: ChatWrapperSettings = {
    ...others,
    segments: {...segments, ...(marks && {thought: thoughtSegment(library, marks, openedAtEnd(asked, marks))})},
  }
  return new (class extends library.ChatWrapper {
    override readonly wrapperName = conversation.wrapperName
    override readonly settings = settings
    override generateContextState(options: ChatWrapperGenerateContextStateOptions): ChatWrapperGeneratedContextState {
      return stateOf(options)
    }
  })()
}

const probe: ChatHistoryItem[] = [
  {type: 'user', text: '?'},
  {type: 'model', response: []},
]

const promptOf = (wrapper: ChatWrapper): string =>
  wrapper.generateContextState({chatHistory: probe}).contextText.toString()

/** Whether a prompt of it opens a thought, or, leaving that to the model, its template speaks of thoughts. */
const thinksIn = (wrapper: ChatWrapper, template: string): boolean => {
  const prompt = promptOf(wrapper)
  return thoughtMarks.some(
    marks => openedAtEnd(prompt, marks) || (marks.every(mark => template.includes(mark)) && !prompt.includes(marks[1])),
  )
}
