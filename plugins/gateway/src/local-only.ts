import {isLoopback, namesLoopback} from '@essence/core/access/loopback'
import {EssenceError} from '@essence/core/kit/errors'
import type {FastifyInstance} from 'fastify'

/** Sent with every answer. The page loads its own files only, talks to this server only, and stands in no frame. */
const securityHeaders = {
  'content-security-policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
  ].join('; '),
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'permissions-policy': 'microphone=(self), camera=(), geolocation=()',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
}

/** @throws CONFIG_INVALID for an address other machines reach */
export const assertLoopback = (host: string): void => {
  if (isLoopback(host)) return
  throw new EssenceError(
    'CONFIG_INVALID',
    `GATEWAY_HOST is "${host}", but the gateway listens on this machine only (localhost, 127.0.0.1 or ::1): it has no accounts yet, so whoever reaches it may use it.`,
    {
      suggestions: [
        'Unset GATEWAY_HOST.',
        'Reach it from another machine through SSH: ssh -L 8000:localhost:8000 user@this-machine',
      ],
    },
  )
}

/**
 * Any process on this machine may use a loopback port, and other sites' pages reach it through the owner's browser. So a request
 * must name this machine in `Host` (a rebound DNS name does not) and, where it has an `Origin`, come from our own page.
 * @param contentSecurityPolicy instead of our own
 */
export const guardLocalOnly = (http: FastifyInstance, contentSecurityPolicy?: string): void => {
  const headers = {
    ...securityHeaders,
    'content-security-policy': contentSecurityPolicy ?? securityHeaders['content-security-policy'],
  }
  http.addHook('onRequest', async (request, reply) => {
    reply.headers(headers)
    const {host, origin} = request.headers
    if (!namesLoopback(host)) {
      throw new EssenceError('NOT_ALLOWED', `This server answers to localhost only, not to "${host ?? ''}".`, {
        suggestions: ['Open it as http://localhost with its port; from another machine, through ssh -L.'],
      })
    }
    if (origin !== undefined && origin !== `http://${host}`) {
      throw new EssenceError('NOT_ALLOWED', `Pages of ${origin} may not use this server.`)
    }
  })
}
