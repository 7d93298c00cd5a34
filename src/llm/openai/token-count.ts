import * as z from 'zod'
import {isEssenceError} from '../../kit/errors.ts'
import type {ChatMessage, ToolDefinition} from '../port.ts'
import {messageBody, templateSwitch, toolBody} from './request.ts'
import type {ServedModel} from './served-model.ts'
import type {ModelServer} from './server.ts'

const promptSchema = z.object({prompt: z.string()})
const tokensSchema = z.object({tokens: z.array(z.unknown())})
const countSchema = z.object({count: z.int().nonnegative()})

export interface Counting {
  messages: readonly ChatMessage[]
  tools?: readonly ToolDefinition[] | undefined
  thinking?: boolean | undefined
  signal?: AbortSignal | undefined
}

/** Bytes of a token, on the safe side: English has four or more, digits and rare scripts fewer. */
const bytesPerToken = 2
/** What a template puts around a message. */
const tokensAround = 8

/** No prompt has more tokens, but for texts of mere digits or signs. */
export const estimateTokens = ({messages, tools = []}: Counting): number =>
  [...messages.map(messageBody), ...tools.map(toolBody)].reduce(
    (sum, each) => sum + tokensAround + Math.ceil(Buffer.byteLength(JSON.stringify(each)) / bytesPerToken),
    tokensAround,
  )

/** Tokens of a prompt as the server itself counts them; undefined where it does not. @throws as `ask`, but no refusal */
export const countByServer = async (
  server: ModelServer,
  served: ServedModel,
  {messages, tools = [], thinking, signal}: Counting,
): Promise<number | undefined> => {
  const prompt = {
    messages: messages.map(messageBody),
    ...(tools.length > 0 && {tools: tools.map(toolBody)}),
    ...templateSwitch(served, thinking),
  }
  try {
    if (served.kind === 'llama-server') {
      const rendered = promptSchema.parse(await server.ask('/apply-template', {body: prompt, signal}))
      const body = {content: rendered.prompt, add_special: true, parse_special: true}
      return tokensSchema.parse(await server.ask('/tokenize', {body, signal})).tokens.length
    }
    if (served.kind === 'SGLang') return undefined
    const body = {model: served.id, ...prompt, add_generation_prompt: true}
    return countSchema.parse(await server.ask('/tokenize', {body, signal})).count
  } catch (error) {
    // The route is not there, or does not take these messages.
    const refused = isEssenceError(error) && (error.code === 'REMOTE_REFUSED' || error.code === 'ENGINE_FAILED')
    if (refused || error instanceof z.ZodError) return undefined
    throw error
  }
}
