import type * as z from 'zod'

/** What a service runs in either mode, in a few words. */
export interface ModeOf {
  /** Its name, as `essence up` knows it. */
  service: string
  mock: string
  real: string
}

export interface About {
  /** One line, without a full stop at its end. */
  help: string
  /** Its readers: services, families of commands, or `channels`: all that run turns. Default: as the group says. */
  services?: readonly string[]
  /** Written as one would write it in an environment file. */
  default?: string
  /** What an unset variable means, where that is not obvious. */
  unset?: string
  /** Known by name, and read by nothing yet: one that is set gets a warning, and its value is not checked. */
  planned?: true
  /** The service it makes a mock, or not. */
  modeOf?: ModeOf
}

/** One environment variable: how its text is read, and what people are told about it. */
export interface Variable extends About {
  schema: z.ZodType
  /** Completes "expected …". */
  expected: string
  secret: boolean
  /** The value as one would write it, where it is no text, number or list. */
  write?: (value: never) => string
}

export type Variables = Readonly<Record<string, Variable>>

/** Variables that belong together: of a room of the core, or of a plugin, which hands its own out by the hook `settings`. */
export interface SettingsGroup<V extends Variables = Variables> {
  /** Unique among the groups. */
  heading: string
  /** Readers of the variables that do not name their own. Default: every service. */
  services?: readonly string[]
  variables: V
}

/** What the environment says of these variables, checked: secrets wrapped, an unset one `undefined`, no planned ones. */
export type SettingsOf<V extends Variables> = {
  [K in keyof V as V[K] extends {planned: true} ? never : K]: z.output<V[K]['schema']>
}

type Planned<V extends Variables> = {[K in keyof V]: V[K] & {planned: true}}

/** Marks variables that are known by name, and read by nothing yet. */
export const planned = <const V extends Variables>(variables: V): Planned<V> =>
  Object.fromEntries(
    Object.entries(variables).map(([name, variable]) => [name, {...variable, planned: true}]),
  ) as unknown as Planned<V>
