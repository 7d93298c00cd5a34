import cors from '@fastify/cors'
import type {FastifyInstance} from 'fastify'

/** Fields of answers that a program in a page needs. */
const exposed = [
  ...[
    'ratelimit',
    'ratelimit-policy',
    'retry-after',
    'x-ratelimit-limit',
    'x-ratelimit-remaining',
    'x-ratelimit-reset',
  ],
  ...['idempotent-replayed', 'x-request-id'],
]

/** Lets pages of listed origins call, without cookies: what they may do is said by their token. */
export const addCors = async (http: FastifyInstance, origins: readonly string[]): Promise<void> => {
  if (origins.length === 0) return
  await http.register(cors, {
    origin: origins.includes('*') ? '*' : [...origins],
    methods: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'],
    exposedHeaders: exposed,
    maxAge: 3600,
    credentials: false,
  })
}
