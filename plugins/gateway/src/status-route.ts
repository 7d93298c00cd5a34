import type {Engines} from '@essence/core/engines/open'
import {EssenceError} from '@essence/core/kit/errors'
import type {FastifyInstance} from 'fastify'

export interface StatusRouteOptions {
  /** Nothing while they are loaded. */
  engines: () => Engines | undefined
  maxAudioMs: number
}

/** `GET /api/status`: what the page must know of June before it offers to talk. */
export const addStatusRoute = (http: FastifyInstance, {engines, maxAudioMs}: StatusRouteOptions): void => {
  http.get('/api/status', async (_request, reply) => {
    const {lines, notices, tts} = warm(engines())
    return reply.header('cache-control', 'no-store').send({lines, notices, voices: await tts.voices(), maxAudioMs})
  })
}

/** @throws ENGINE_BUSY while the engines are loaded */
export const warm = (engines: Engines | undefined): Engines => {
  if (engines) return engines
  throw new EssenceError('ENGINE_BUSY', 'June is still starting: her models are being loaded.', {
    suggestions: ['Try again in a moment.'],
  })
}
