import type {
  ChatHistoryItem,
  ChatWrapper,
  ChatWrapperGenerateContextStateOptions,
  ChatWrapperGeneratedContextState,
  ChatWrapperSettings,
  LlamaModel,
  Token,
} from 'node-llama-cpp'
import {defined} from '../../kit/defined.ts'
import type {ChatMessage, ChatOptions, ToolDefinition} from '../port.ts'
import {withoutControlTokens} from './control-tokens.ts'
import {type DocumentedFunctions, functionsOf} from './functions.ts'
import {historyOf, WrittenCalls} from './history.ts'
import {knowsMarks, openedAtEnd, type Thinking, thinkingParameters, thoughtMarks, thoughtSegment} from './thinking.ts'

type Library = typeof import('node-llama-cpp')

/** A prompt that ends where the assistant's answer begins, as the library has it and as tokens. */
export interface RenderedPrompt {
  wrapper: ChatWrapper
  history: ChatHistoryItem[]
  functions: DocumentedFunctions | undefined
  tokens: Token[]
}

/** How this model wants a conversation written, and how it tells its thoughts from its answer. */
export interface ChatTemplate {
  /** It thinks before it answers although it was told not to: its template has no switch for that, or only one for less. */
  thinksAnyway: boolean
  /** The calls the model wrote, which are rendered as it wrote them. */
  written: WrittenCalls
  /** What a prompt says of thinking, where an answer may have so many tokens of it. */
  thinkingWith(thoughtTokens: ChatOptions['thoughtTokens']): Thinking
  /** Message text never becomes a control token. */
  render(messages: readonly ChatMessage[], tools: readonly ToolDefinition[], thinking: Thinking): RenderedPrompt
}

/**
 * Renders the model's own chat template, as it was published; one that cannot be rendered gives way to a known format. Tools are written as
 * the template has them, else described in a system message.
 * @param template its Jinja source
 * @param opened what prompts say of thinking, where they do not say how much
 */
export const chatTemplateOf = (
  library: Library,
  model: LlamaModel,
  template: string,
  opened: Thinking,
): ChatTemplate => {
  const plain = withoutControlTokens(model)
  const written = new WrittenCalls()
  const wrappers = new Map<Thinking, ChatWrapper>()
  const wrapperFor = (thinking: Thinking): ChatWrapper => {
    const known = wrappers.get(thinking) ?? wrapperOf(library, model, template, thinking)
    wrappers.set(thinking, known)
    return known
  }
  const knowsSwitch = (): boolean => promptOf(wrapperFor(opened)) !== promptOf(wrapperFor('on'))
  return {
    thinksAnyway:
      opened === 'off' && (isHarmony(template) || (thinksIn(wrapperFor(opened), template) && !knowsSwitch())),
    written,
    thinkingWith(thoughtTokens) {
      if (thoughtTokens === undefined) return opened
      return thoughtTokens === 0 ? 'off' : opened === 'off' ? 'on' : opened
    },
    render(messages, tools, thinking) {
      const wrapper = wrapperFor(thinking)
      const functions = tools.length > 0 ? functionsOf(tools, plain) : undefined
      const history = historyOf(messages, written, plain)
      const chatHistory = history.at(-1)?.type === 'model' ? history : [...history, emptyAnswer]
      const {contextText} = wrapper.generateContextState({
        chatHistory,
        ...defined({availableFunctions: functions}),
      })
      return {wrapper, history, functions, tokens: contextText.tokenize(model.tokenizer)}
    },
  }
}

const emptyAnswer = {type: 'model', response: []} as const satisfies ChatHistoryItem

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
  // Read by the library each time it renders: two wrappers would find out twice how the template has tools.
  const additionalRenderParameters = {...parameters, add_generation_prompt: false}
  const conversation = new library.JinjaTemplateChatWrapper({
    template,
    tokenizer: model.tokenizer,
    functionCallMessageTemplate: 'auto',
    // It would switch thinking on by itself.
    reasoning: null,
    additionalRenderParameters,
  })
  const stateOf = (options: ChatWrapperGenerateContextStateOptions): ChatWrapperGeneratedContextState => {
    const asked = conversation.usingJinjaFunctionCallTemplate ? withSchemas(options) : options
    const state = conversation.generateContextState(asked)
    const last = options.chatHistory.at(-1)
    if (last?.type !== 'model' || last.response.length > 0) return state
    additionalRenderParameters.add_generation_prompt = true
    try {
      const chatHistory = options.chatHistory.slice(0, -1)
      return {...state, contextText: conversation.generateContextState({...asked, chatHistory}).contextText}
    } finally {
      additionalRenderParameters.add_generation_prompt = false
    }
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

/** A template shows the schema itself, not what the grammar knows of it. */
const withSchemas = (options: ChatWrapperGenerateContextStateOptions): ChatWrapperGenerateContextStateOptions => {
  const functions = options.availableFunctions as DocumentedFunctions | undefined
  if (functions === undefined) return options
  const shown = Object.entries(functions).map(([name, {description, schema}]) => [name, {description, params: schema}])
  return {...options, availableFunctions: Object.fromEntries(shown)}
}

const promptOf = (wrapper: ChatWrapper): string =>
  wrapper.generateContextState({chatHistory: probe}).contextText.toString()

/** Whether a prompt of it opens a thought, or, leaving that to the model, its template speaks of thoughts. */
const thinksIn = (wrapper: ChatWrapper, template: string): boolean => {
  const prompt = promptOf(wrapper)
  return thoughtMarks.some(
    marks => openedAtEnd(prompt, marks) || (marks.every(mark => template.includes(mark)) && !prompt.includes(marks[1])),
  )
}
