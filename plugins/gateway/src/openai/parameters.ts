import type {ChatOptions, ToolDefinition} from '@essence/core/llm/port'
import {z} from 'zod'

/** Taken, and without effect here: what it asks for changes no answer. Listed in docs/openai.md. */
export const ignored = z.unknown().optional().describe('Without effect here')

/** Refused but for the value it has where nobody sets it. */
export const only = <T extends string | number | boolean>(value: T, why: string) => z.literal(value, why).nullish()

const maxInt = 2 ** 31 - 1

/** How the model writes, named alike in both APIs. */
export const samplingShape = {
  temperature: z.number().min(0).max(2).nullish(),
  top_p: z.number().min(0).max(1).nullish(),
  top_k: z.int().min(0).max(maxInt).nullish().describe('As vLLM and llama-server have it'),
  repetition_penalty: z.number().min(0.1).max(10).nullish().describe('As vLLM has it'),
  parallel_tool_calls: z.boolean().nullish(),
}

/** Parameters of both APIs that change no answer here. */
export const ignoredShape = {
  store: z.boolean().nullish(),
  service_tier: ignored,
  prompt_cache_options: ignored,
  prompt_cache_retention: ignored,
}

/** Who is served, by the client's names; June takes them as the name of a conversation. */
export const sessionShape = {
  user: z.string().max(512).nullish(),
  safety_identifier: z.string().max(512).nullish(),
  prompt_cache_key: z.string().max(512).nullish(),
  metadata: z.record(z.string(), z.string().max(512)).nullish(),
}

export const tokenLimit = z.int().min(1).max(maxInt).nullish()

export const seed = z.int().nullish()

interface GivenSampling {
  temperature?: number | null | undefined
  top_p?: number | null | undefined
  top_k?: number | null | undefined
  repetition_penalty?: number | null | undefined
  parallel_tool_calls?: boolean | null | undefined
  seed?: number | null | undefined
}

export const samplingOf = (given: GivenSampling): ChatOptions => ({
  temperature: given.temperature ?? undefined,
  topP: given.top_p ?? undefined,
  topK: given.top_k ?? undefined,
  repetitionPenalty: given.repetition_penalty ?? undefined,
  parallelToolCalls: given.parallel_tool_calls ?? undefined,
  // Any whole number is one to clients; the engines know those of 32 bits.
  seed: typeof given.seed === 'number' ? ((given.seed % 2 ** 32) + 2 ** 32) % 2 ** 32 : undefined,
})

export const effort = z.enum(['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max']).nullish()

/** Tokens a model may think for each effort. */
const thoughtTokens = {none: 0, minimal: 64, low: 256, medium: 1024, high: 4096, xhigh: 8192, max: 16_384}

/** As the model answers where a request does not say. */
const answerTokens = 2048

/** @param given tokens of the answer, thoughts included */
export const lengthOf = (
  given: number | null | undefined,
  asked: z.infer<typeof effort>,
): Pick<ChatOptions, 'maxTokens' | 'thoughtTokens'> => {
  const thoughts = asked ? thoughtTokens[asked] : undefined
  return {thoughtTokens: thoughts, maxTokens: given ?? (thoughts ? answerTokens + thoughts : undefined)}
}

const schema = z.record(z.string(), z.unknown())

export const functionShape = {
  name: z.string().min(1).max(64),
  description: z.string().nullish(),
  parameters: schema.nullish(),
  strict: z.boolean().nullish(),
}

interface GivenFunction {
  name: string
  description?: string | null | undefined
  parameters?: Record<string, unknown> | null | undefined
}

export const toolOf = ({name, description, parameters}: GivenFunction): ToolDefinition => ({
  name,
  description: description ?? '',
  parameters: parameters ?? {type: 'object', properties: {}},
})

export const maxTools = 128

/** Which tool is to be called, in words; a named one is written differently by each API. */
export const toolChoiceWords = z.enum(['auto', 'none', 'required'])

export const schemaShape = {
  name: z.string().min(1).max(64),
  description: z.string().nullish(),
  schema,
  strict: z.boolean().nullish(),
}
