import type {ChatWrapper, ChatWrapperGenerateContextStateOptions, Llama, LlamaGrammar} from 'node-llama-cpp'
import {EssenceError, messageOf} from '../../kit/errors.ts'
import type {ChatOptions} from '../port.ts'
import {mustCall, offeredTools} from '../tool-input.ts'
import {jsonGrammar} from './grammar/json.ts'

type Library = typeof import('node-llama-cpp')

/** What an answer is held to from its first token on: JSON, or a call. */
export type Hold = 'json' | 'call'

/** @throws USAGE (it cannot be held to all of that) */
export const holdOf = (options: ChatOptions): Hold | undefined => {
  const {responseSchema, responseJson = false, thoughtTokens = 0} = options
  const isJson = responseSchema !== undefined || responseJson
  const isCall = mustCall(options)
  if (!isJson && !isCall) return undefined
  if (isJson && !isCall && offeredTools(options).length > 0)
    throw new EssenceError('USAGE', 'A model of llama.cpp that may call tools cannot be held to JSON as well.', {
      suggestions: ['Leave out the tools, or the schema of the answer; or have a tool called in any case (required).'],
    })
  if (thoughtTokens > 0)
    throw new EssenceError(
      'USAGE',
      'A model of llama.cpp cannot think before an answer that is held to JSON or a call.',
      {
        suggestions: ['Leave out the thinking, or what the answer is held to.'],
      },
    )
  return isCall ? 'call' : 'json'
}

/**
 * A template for an answer that is held: no part of it is taken for a thought, and a call begins with its first token.
 * @param model its name
 * @throws USAGE (the model cannot but think first)
 */
export const heldWrapper = (library: Library, wrapper: ChatWrapper, hold: Hold, model: string): ChatWrapper => {
  // Its answers have channels, which the library brings under a grammar of JSON, but not of a call.
  const hasChannels = wrapper instanceof library.HarmonyChatWrapper
  const thought = wrapper.settings.segments?.thought?.prefix
  const thinksFirst = typeof thought === 'object' && 'type' in thought && thought.type === 'openedOnStart'
  if (thinksFirst || (hasChannels && hold === 'call'))
    throw new EssenceError(
      'USAGE',
      `${model} cannot be held to ${hold === 'json' ? 'JSON' : 'a call'}: it thinks before each answer.`,
      {suggestions: ['Take a model that need not think, or ask it in words.']},
    )
  if (hasChannels) return wrapper
  const functionCall = {initiallyEngaged: hold === 'call', disengageInitiallyEngaged: []}
  return new (class extends library.ChatWrapper {
    override readonly wrapperName = wrapper.wrapperName
    override readonly settings = {...wrapper.settings, segments: {}}
    override generateContextState(options: ChatWrapperGenerateContextStateOptions) {
      const {contextText} = wrapper.generateContextState(options)
      // Where it ends the grammar says: a template that ends answers by a line break would cut it off.
      return {contextText, stopGenerationTriggers: [], functionCall}
    }
  })()
}

/** The grammar of an answer in JSON. @throws USAGE (no grammar holds the model to the schema) */
export const responseGrammar = async (
  llama: Llama,
  {responseSchema = {type: 'object'}}: Pick<ChatOptions, 'responseSchema'>,
): Promise<LlamaGrammar> => {
  const grammar = jsonGrammar(responseSchema)
  try {
    return await llama.createGrammar({grammar})
  } catch (cause) {
    throw new EssenceError('USAGE', `The answer cannot be held to its schema: ${messageOf(cause)}`, {cause})
  }
}
