import {randomBytes} from 'node:crypto'
import {errors, type JWTPayload, jwtVerify, SignJWT} from 'jose'
import * as z from 'zod'
import {EssenceError} from '../kit/errors.ts'
import {loadOnce} from '../kit/load-once.ts'
import type {Secret} from '../kit/secret.ts'
import {permissions, roles} from './port.ts'
import {isUserId} from './user-id.ts'

const subject = z.string().refine(isUserId)
/** Of the person's account; absent where the name had none. */
const generation = z.uuid().optional()

/** What each kind of token says. Each has a type and an audience of its own, so that none is taken for another. */
const kinds = {
  access: {
    audience: 'june',
    claims: z.object({sub: subject, roles: z.array(z.enum(roles)).max(roles.length), gen: generation}),
  },
  'client-secret': {
    audience: 'june:client',
    claims: z.object({
      sub: subject,
      permissions: z.array(z.enum(permissions)).max(permissions.length),
      gen: generation,
      /** The API key it was made with. */
      key: z.uuid().optional(),
    }),
  },
} as const

type Kind = keyof typeof kinds
export type Claims<K extends Kind> = z.output<(typeof kinds)[K]['claims']>

const issuer = 'june'
/** Clocks of two machines may differ by so much. */
const toleranceS = 5
/** Ours have a few hundred. */
const maxLength = 4096

/** Tokens remembered at most; beyond it the one verified first is verified anew. */
const maxVerified = 10_000

export interface TokenOptions {
  secret: () => Promise<Secret>
  algorithm: 'HS256' | 'HS384' | 'HS512'
  now: () => Date
}

/** JSON Web Tokens (RFC 7519) that this June signs, and takes from nobody else. */
export const openTokens = ({secret, algorithm, now}: TokenOptions) => {
  // Imported once: for every token anew it takes longer than the rest of the check.
  const key = loadOnce(async () =>
    crypto.subtle.importKey(
      'raw',
      new TextEncoder().encode((await secret()).reveal()),
      {name: 'HMAC', hash: `SHA-${algorithm.slice(2)}`},
      false,
      ['sign', 'verify'],
    ),
  )
  // A signature that was good stays so; when it ends is looked at each time, as is how its person stands.
  const verified = new Map<string, {claims: unknown; ends: number}>()
  return {
    async sign<K extends Kind>(kind: K, claims: Claims<K>, seconds: number): Promise<string> {
      const issuedAt = Math.floor(now().getTime() / 1000)
      return new SignJWT(claims as unknown as JWTPayload)
        .setProtectedHeader({alg: algorithm, typ: kind})
        .setIssuer(issuer)
        .setAudience(kinds[kind].audience)
        .setJti(randomBytes(16).toString('base64url'))
        .setIssuedAt(issuedAt)
        .setExpirationTime(issuedAt + seconds)
        .sign(await key())
    },
    /** @throws TOKEN_REJECTED: expired, forged, of another kind */
    async verify<K extends Kind>(kind: K, token: string): Promise<Claims<K>> {
      const {audience, claims} = kinds[kind]
      const known = verified.get(`${kind} ${token}`)
      if (known) {
        if (known.ends + toleranceS <= now().getTime() / 1000) throw expired()
        return known.claims as Claims<K>
      }
      if (token.length > maxLength || !isCanonical(token)) throw rejected()
      const verifying = jwtVerify(token, await key(), {
        algorithms: [algorithm],
        typ: kind,
        issuer,
        audience,
        requiredClaims: ['sub', 'jti', 'iat', 'exp'],
        clockTolerance: toleranceS,
        currentDate: now(),
      })
      const {payload} = await verifying.catch(error => {
        throw error instanceof errors.JWTExpired ? expired() : rejected()
      })
      const said = claims.safeParse(payload)
      if (!said.success) throw rejected()
      verified.set(`${kind} ${token}`, {claims: said.data, ends: payload.exp ?? 0})
      const [first = ''] = verified.size > maxVerified ? verified.keys() : []
      verified.delete(first)
      return said.data as Claims<K>
    },
  }
}

export type Tokens = ReturnType<typeof openTokens>

/** Base64 can be written in several ways that mean the same bytes: only ours is taken. */
const isCanonical = (token: string): boolean => {
  const signature = /^[\w-]+\.[\w-]+\.([\w-]+)$/.exec(token)?.[1]
  return signature !== undefined && Buffer.from(signature, 'base64url').toString('base64url') === signature
}

const expired = (): EssenceError =>
  new EssenceError('TOKEN_REJECTED', 'This token has expired.', {
    suggestions: ['Ask for another one: POST /auth/refresh, or sign in.'],
  })

/** @param what `This token`, `This API key` */
export const rejected = (what = 'This token'): EssenceError =>
  new EssenceError('TOKEN_REJECTED', `${what} is not valid here: forged, revoked, or made for something else.`, {
    suggestions: ['Sign in again, or ask for another one.'],
  })
