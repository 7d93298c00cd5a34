import {randomBytes, type ScryptOptions, scrypt, timingSafeEqual} from 'node:crypto'
import {promisify} from 'node:util'
import {EssenceError} from '../kit/errors.ts'
import {Semaphore} from '../kit/flow/semaphore.ts'

/** Characters. */
const [minLength, maxLength] = [8, 256]
/** Each takes 128 MiB and a core. */
const atOnce = 2
const maxWaiting = 32
const [saltBytes, hashBytes] = [16, 32]

/** log2 of N, with r = 8 and p = 1: OWASP's Password Storage Cheat Sheet, scrypt. */
const recommended = {ln: 17, r: 8, p: 1}
type Cost = typeof recommended

/** As in the PHC string format; salt and hash are Base64 without padding. */
const stored = /^\$scrypt\$ln=(\d{1,2}),r=(\d{1,2}),p=(\d{1,2})\$([A-Za-z0-9+/]{22})\$([A-Za-z0-9+/]{43})$/

/**
 * Hashes of passwords, by scrypt and off the event loop: two at once, a few more wait.
 * @param ln log2 of N; less only where nothing is to be kept safe
 */
export const openPasswords = (ln = recommended.ln) => {
  const cost = {...recommended, ln}
  const places = new Semaphore(atOnce, {maxWaiting, refusal: busy})
  const derive = (password: string, salt: Buffer, {ln, r, p}: Cost): Promise<Buffer> =>
    places.run(() => deriveKey(password.normalize('NFKC'), salt, {N: 2 ** ln, r, p}))
  /** Nobody's: compared with where there is none, so that it takes as long. */
  const nobodys = {cost, salt: randomBytes(saltBytes), hash: randomBytes(hashBytes)}

  return {
    async hash(password: string): Promise<string> {
      const salt = randomBytes(saltBytes)
      const hash = await derive(password, salt, cost)
      return `$scrypt$ln=${cost.ln},r=${cost.r},p=${cost.p}$${plainBase64(salt)}$${plainBase64(hash)}`
    },
    /**
     * Whether a password is the one that was hashed; takes as long where there is none.
     * @throws ENGINE_BUSY
     */
    async matches(password: string, kept: string | undefined): Promise<boolean> {
      const known = parse(kept)
      const {cost, salt, hash} = known ?? nobodys
      const derived = await derive(password.slice(0, maxLength + 1), salt, cost)
      return timingSafeEqual(derived, hash) && known !== undefined
    },
  }
}

export type Passwords = ReturnType<typeof openPasswords>

/** @throws USAGE */
export const assertPassword = (password: string): void => {
  const length = [...password].length
  if (length >= minLength && length <= maxLength) return
  throw new EssenceError('USAGE', `A password has ${minLength} to ${maxLength} characters; this one has ${length}.`)
}

const deriveKey = (password: string, salt: Buffer, cost: {N: number; r: number; p: number}) =>
  // What it needs is 128 * N * r, and a little.
  promisify<string, Buffer, number, ScryptOptions, Buffer>(scrypt)(password, salt, hashBytes, {
    ...cost,
    maxmem: 2 * 128 * cost.N * cost.r,
  })

const parse = (kept = '') => {
  const [, ln, r, p, salt = '', hash = ''] = stored.exec(kept) ?? []
  if (ln === undefined) return undefined
  const cost = {ln: Number(ln), r: Number(r), p: Number(p)}
  return {cost, salt: Buffer.from(salt, 'base64'), hash: Buffer.from(hash, 'base64')}
}

const plainBase64 = (bytes: Buffer): string => bytes.toString('base64').replaceAll('=', '')

const busy = (): EssenceError =>
  new EssenceError('ENGINE_BUSY', `${maxWaiting} sign-ins wait already.`, {
    suggestions: ['Try again in a moment.'],
    retryAfterMs: 10_000,
  })
