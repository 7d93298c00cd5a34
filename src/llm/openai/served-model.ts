import * as z from 'zod'
import {EssenceError, isEssenceError} from '../../kit/errors.ts'
import {type ModelServer, unreadable} from './server.ts'

/** What a server is made of: decides which of its additions to OpenAI's interface are used. */
export type ServerKind = 'llama-server' | 'vLLM' | 'SGLang' | 'OpenAI-compatible'

const kinds: Record<string, ServerKind> = {llamacpp: 'llama-server', vllm: 'vLLM', sglang: 'SGLang'}

const modelsSchema = z.object({
  data: z.array(
    z.object({
      id: z.string().min(1),
      owned_by: z.string().nullish(),
      max_model_len: z.int().positive().nullish(),
      meta: z.object({n_ctx: z.int().positive().nullish()}).nullish(),
    }),
  ),
})

const propsSchema = z.object({default_generation_settings: z.object({n_ctx: z.int().positive()})})

export interface ServedModel {
  id: string
  kind: ServerKind
  /** Tokens one conversation may have, where the server tells. */
  contextTokens: number | undefined
}

/**
 * The model to ask for: the named one, else the preferred one where it is served, else the first.
 * @throws REMOTE_REFUSED (it is not served, or none is), and what `ask` throws
 */
export const findServed = async (
  server: ModelServer,
  {
    model,
    preferred,
    signal,
  }: {model?: string | undefined; preferred?: string | undefined; signal?: AbortSignal | undefined},
): Promise<ServedModel> => {
  const answered = modelsSchema.safeParse(await server.ask('/v1/models', {signal}))
  if (!answered.success) throw unreadable(server.host, answered.error)
  const {data} = answered.data
  server.served = data.map(({id}) => id)
  const named = data.find(({id}) => id === (model ?? preferred))
  const found = named ?? (model === undefined ? data[0] : undefined)
  if (!found) {
    const what = model === undefined ? 'any model' : `the model "${model}" (MODEL_NAME)`
    throw new EssenceError('REMOTE_REFUSED', `The model server ${server.host} does not serve ${what}.`, {
      suggestions: server.served.length > 0 ? [`It serves: ${server.served.join(', ')}`] : ['Load one there.'],
    })
  }
  const kind = kinds[found.owned_by ?? ''] ?? 'OpenAI-compatible'
  // A slot of llama-server has only its part of the whole context, which /props knows.
  const slot = kind === 'llama-server' ? await slotTokens(server, signal) : undefined
  return {id: found.id, kind, contextTokens: slot ?? found.max_model_len ?? found.meta?.n_ctx ?? undefined}
}

const slotTokens = async (server: ModelServer, signal: AbortSignal | undefined): Promise<number | undefined> => {
  try {
    return propsSchema.safeParse(await server.ask('/props', {signal})).data?.default_generation_settings.n_ctx
  } catch (error) {
    // Some versions have it only on request.
    if (isEssenceError(error) && error.kind === 'remote' && !error.retryable) return undefined
    throw error
  }
}
