import type {Embedder} from '@essence/core/llm/embedding-port'
import {z} from 'zod'
import {speakerOf} from '../door/callers.ts'
import type {AddRoutes} from '../door/context.ts'
import {wantedBy} from './answer.ts'
import {refusal} from './errors.ts'
import {namedModel} from './models.ts'
import {ignored} from './parameters.ts'

const text = z.string('text was expected: tokens of another model’s alphabet mean nothing here').min(1, 'it is empty')

const embeddingRequest = z.strictObject({
  model: z.string().min(1).max(200),
  input: z.union([text, z.array(text).min(1).max(2048)]),
  encoding_format: z.enum(['float', 'base64']).nullish(),
  dimensions: z.int().nullish(),
  input_type: z.enum(['query', 'passage']).nullish().describe('What the texts are, to models that tell them apart'),
  user: ignored,
})

type EmbeddingRequest = z.infer<typeof embeddingRequest>

/** `POST /v1/embeddings`: a vector of length 1 for each text. */
export const addEmbeddingRoute: AddRoutes = (http, context) => {
  http.post<{Body: EmbeddingRequest}>(
    '/embeddings',
    {
      config: {access: 'service.inference', limit: 'llm'},
      schema: {
        tags: ['OpenAI'],
        summary: 'Vectors of texts',
        body: embeddingRequest,
        response: {200: z.object({object: z.literal('list'), data: z.array(z.unknown()), model: z.string()})},
      },
    },
    async (request, reply) => {
      const {model, input, encoding_format: format, dimensions, input_type: as = 'passage'} = request.body
      const wanted = wantedBy(request, reply)
      const engines = await context.engines(wanted)
      namedModel(engines, model, {kinds: ['embedding'], aliases: context.modelAliases})
      const embedder = engines.embedder as Embedder
      if (dimensions && dimensions !== embedder.dimension) {
        const message = `dimensions: vectors of "${model}" have ${embedder.dimension} numbers, no other count.`
        throw refusal(message, {param: 'dimensions', fault: 'invalid_value'})
      }
      const texts = typeof input === 'string' ? [input] : input
      const {signal, release} = await context.turns.take(speakerOf(request.caller), {signal: wanted})
      try {
        const vectors = await embedder.embed(texts, {as: as ?? 'passage', signal})
        const tokens = texts.reduce((sum, each) => sum + tokensOf(each), 0)
        return {
          object: 'list',
          data: vectors.map((vector, index) => ({
            object: 'embedding',
            index,
            embedding: format === 'base64' ? base64Of(vector) : [...vector],
          })),
          model,
          usage: {prompt_tokens: tokens, total_tokens: tokens},
        }
      } finally {
        release()
      }
    },
  )
}

/** Little-endian floats of 32 bits, as clients read them. */
const base64Of = ({buffer, byteOffset, byteLength}: Float32Array): string =>
  Buffer.from(buffer, byteOffset, byteLength).toString('base64')

/** About as many as models make of a text: four bytes each. The port of embedders does not count. */
const tokensOf = (text: string): number => Math.ceil(Buffer.byteLength(text) / 4)
