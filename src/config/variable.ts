import {homedir} from 'node:os'
import {join} from 'node:path'
import * as z from 'zod'
import {type Device, deviceText, parseDevice} from '../compute/device.ts'
import {Secret} from '../kit/secret.ts'
import type {About, ModeOf} from './declaration.ts'

type SchemaOf<T extends z.ZodType, A extends About> = A extends {default: string} ? z.ZodPrefault<T> : z.ZodOptional<T>

const declare = <T extends z.ZodType<unknown, string>, const A extends About>(
  type: T,
  expected: string,
  about: A,
  secret = false,
) => {
  // A default goes the way of any other text, so that what the documentation shows is what is read.
  const schema = about.default === undefined ? type.optional() : type.prefault(about.default as z.input<T>)
  return {...about, schema: schema as unknown as SchemaOf<T, A>, expected, secret}
}

interface Bounds {
  min?: number
  max?: number
}

const boundsText = ({min, max}: Bounds): string => {
  if (min !== undefined && max !== undefined) return ` from ${min} to ${max}`
  if (min !== undefined) return `, ${min} or more`
  return max === undefined ? '' : `, at most ${max}`
}

const bounded = (pattern: RegExp, {min = Number.MIN_SAFE_INTEGER, max = Number.MAX_SAFE_INTEGER}: Bounds) =>
  z.string().regex(pattern).transform(Number).pipe(z.number().min(min).max(max))

export const text = <const A extends About>(about: A) => declare(z.string(), 'a text', about)

/** Text that matches a pattern; `expected` says in words what the pattern means. */
export const pattern = <const A extends About & {pattern: RegExp; expected: string}>(about: A) =>
  declare(z.string().regex(about.pattern), about.expected, about)

/** A time zone, by its name. */
export const timeZone = <const A extends About>(about: A) =>
  declare(z.string().refine(isTimeZone), 'a time zone, as Europe/Berlin', about)

const isTimeZone = (name: string): boolean => {
  try {
    return new Intl.DateTimeFormat('en', {timeZone: name}) !== undefined
  } catch {
    return false
  }
}

export const integer = <const A extends About & Bounds>(about: A) =>
  declare(bounded(/^[+-]?\d+$/, about), `a whole number${boundsText(about)}`, about)

export const decimal = <const A extends About & Bounds>(about: A) =>
  declare(bounded(/^[+-]?(\d+\.?\d*|\.\d+)$/, about), `a number${boundsText(about)}`, about)

export const port = <const A extends About>(about: A) =>
  declare(bounded(/^\d+$/, {min: 0, max: 65_535}), 'a port from 0 to 65535 (0: any free one)', about)

const words = new Map([
  ...['true', '1', 'yes', 'on'].map(word => [word, true] as const),
  ...['false', '0', 'no', 'off'].map(word => [word, false] as const),
])

export const flag = <const A extends About>(about: A) =>
  declare(
    z.string().transform((value, context) => {
      const meant = words.get(value.toLowerCase())
      if (meant === undefined) context.addIssue('not a yes or no')
      return meant ?? z.NEVER
    }),
    'true or false (also 1/0, yes/no, on/off)',
    about,
  )

/** One of a list of words; upper and lower case are the same. */
export const choice = <const V extends readonly [string, ...string[]], const A extends About>(choices: V, about: A) =>
  declare(
    z.string().transform((value, context): V[number] => {
      const chosen = choices.find(candidate => candidate.toLowerCase() === value.toLowerCase())
      if (chosen === undefined) context.addIssue('not one of the choices')
      return chosen ?? z.NEVER
    }),
    `one of ${choices.join(', ')}`,
    about,
  )

/** Whether a service is a mock, or real. */
export const mode = (modeOf: ModeOf, services?: readonly string[]) =>
  choice(['mock', 'real'], {
    help: `What runs: ${modeOf.mock}, or ${modeOf.real}`,
    unset: 'as JUNE_TEST_MODE says',
    modeOf,
    ...(services && {services}),
  })

/** A path; `~/` is the home directory. A relative one is taken from the working directory of the process. */
export const path = <const A extends About>(about: A) =>
  declare(
    z
      .string()
      .refine(value => !value.includes('\0') && !/^~[^/]/.test(value))
      .transform(value => (value === '~' || value.startsWith('~/') ? join(homedir(), value.slice(1)) : value)),
    'a path (~/ is the home directory)',
    about,
  )

const parsesAs = (schemes: readonly string[], credentials: boolean) => (value: string) => {
  const url = URL.parse(value)
  if (!url?.hostname || !schemes.includes(url.protocol.slice(0, -1))) return false
  return credentials || !(url.username || url.password)
}

const schemesText = (schemes: readonly string[]): string => schemes.map(scheme => `${scheme}://`).join(' or ')

/** A URL, kept as written. One with a password in it has no place here: it would be printed. */
export const url = <const A extends About>(schemes: readonly string[], about: A) =>
  declare(
    z.string().refine(parsesAs(schemes, false)),
    `a URL that begins with ${schemesText(schemes)}, without user and password in it`,
    about,
  )

/** Where a gRPC service is, see `targetOf` of src/rpc/address.ts: a host, or IP addresses with commas between. */
export const grpcUrl = <const A extends About>(about: A) =>
  declare(
    z.string().regex(/^grpcs?:\/\/[^\s/?#@]+\/?$/),
    'a URL that begins with grpc:// or grpcs://, without user and password in it',
    about,
  )

/** A URL that may hold a password. */
export const secretUrl = <const A extends About>(schemes: readonly string[], about: A) =>
  declare(
    z
      .string()
      .refine(parsesAs(schemes, true))
      .transform(value => new Secret(value)),
    `a URL that begins with ${schemesText(schemes)}`,
    about,
    true,
  )

export const secret = <const A extends About & {pattern?: RegExp; expected?: string}>(about: A) =>
  declare(
    z
      .string()
      .regex(about.pattern ?? /^/)
      .transform(value => new Secret(value)),
    about.expected ?? 'a secret text',
    about,
    true,
  )

/** Items between commas; blanks around them do not count. */
export const list = <const A extends About & {item: RegExp; expected: string}>(about: A) =>
  declare(
    z
      .string()
      .transform(value =>
        value
          .split(',')
          .map(item => item.trim())
          .filter(Boolean),
      )
      .pipe(z.array(z.string().regex(about.item))),
    about.expected,
    about,
  )

/** Names with numbers, as a JSON object. */
export const numbers = <const A extends About>(about: A) =>
  declare(
    z
      .string()
      .transform((value, context): unknown => {
        try {
          return JSON.parse(value)
        } catch {
          context.addIssue('not JSON')
          return z.NEVER
        }
      })
      .pipe(z.record(z.string(), z.number().min(0))),
    'a JSON object of names and numbers, as {"per_minute": 0.006}',
    about,
  )

/** Where an engine computes. `auto` takes a GPU where one works, and the CPU otherwise. */
export const device = <const A extends About>(about: A) => ({
  ...declare(
    z.string().transform((value, context): Device => {
      const parsed = parseDevice(value)
      if (parsed === undefined) context.addIssue('not a device')
      return parsed ?? z.NEVER
    }),
    'auto, cuda, cuda:0 (a card by its number), vulkan, metal or cpu',
    about,
  ),
  write: deviceText,
})
