import {isLoopback} from '@essence/core/access/loopback'
import type {FastifyInstance} from 'fastify'

/** Sent with every answer. The page loads its own files only, talks to this server only, and stands in no frame. */
const headers = {
  'content-security-policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    "connect-src 'self'",
    "manifest-src 'self'",
    "worker-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    // One policy, made once: it names the script that keeps the page for when June is away, and no other.
    'trusted-types june-service-worker',
  ].join('; '),
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'permissions-policy': 'microphone=(self), camera=(), geolocation=()',
  'cross-origin-opener-policy': 'same-origin',
}

export interface SecurityHeaders {
  /** Instead of our own. */
  contentSecurityPolicy?: string | undefined
  /** Value of Strict-Transport-Security; sent to clients that came by TLS, through a proxy that says so. */
  strictTransportSecurity?: string | undefined
  /** Other pages may read answers. */
  crossOrigin: boolean
}

export const addSecurityHeaders = (http: FastifyInstance, options: SecurityHeaders): void => {
  const {contentSecurityPolicy = headers['content-security-policy'], strictTransportSecurity, crossOrigin} = options
  const sent = {
    ...headers,
    'content-security-policy': contentSecurityPolicy,
    'cross-origin-resource-policy': crossOrigin ? 'cross-origin' : 'same-origin',
  }
  http.addHook('onRequest', (request, reply, done) => {
    reply.headers(sent)
    // A browser that came to a name of this machine must not be kept from coming again.
    if (strictTransportSecurity && request.protocol === 'https' && !isLoopback(request.hostname)) {
      reply.header('strict-transport-security', strictTransportSecurity)
    }
    done()
  })
}
