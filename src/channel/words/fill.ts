/** How a value is written in a language. */
const formats = {
  text: (value: string) => value,
  number: (value: number, language: string) => new Intl.NumberFormat(language).format(value),
  /** Of names. */
  list: (value: readonly string[], language: string) => new Intl.ListFormat(language, {type: 'unit'}).format(value),
  /** Of ms: in whole seconds, minutes or hours, rounded up. */
  duration: (ms: number, language: string) => {
    const seconds = Math.ceil(ms / 1000)
    if (seconds < 120) return inUnits(seconds, 'second', language)
    const minutes = Math.ceil(seconds / 60)
    return minutes < 120 ? inUnits(minutes, 'minute', language) : inUnits(Math.ceil(minutes / 60), 'hour', language)
  },
  /** Of ms: in hundredths of seconds. */
  seconds: (ms: number, language: string) =>
    inUnits(ms / 1000, 'second', language, {unitDisplay: 'short', minimumFractionDigits: 2, maximumFractionDigits: 2}),
  /** Of bytes: in tenths of MB, as 1024² of them are called here. */
  size: (bytes: number, language: string) =>
    inUnits(bytes / 1024 / 1024, 'megabyte', language, {
      unitDisplay: 'short',
      minimumFractionDigits: 1,
      maximumFractionDigits: 1,
    }),
} as const

type Kind = keyof typeof formats

const inUnits = (value: number, unit: string, language: string, options: Intl.NumberFormatOptions = {}): string =>
  new Intl.NumberFormat(language, {style: 'unit', unit, unitDisplay: 'long', ...options}).format(value)

type ValueOf<K> = K extends Kind ? Parameters<(typeof formats)[K]>[0] : never

type Parsed<P extends string> = P extends `${infer Name}:${infer K}` ? {[N in Name]: ValueOf<K>} : {[N in P]: string}

/** What a text needs to be filled in: `{name}` a string, `{wait:duration}` a number. */
export type ValuesOf<Text extends string> = Text extends `${string}{${infer P}}${infer Rest}`
  ? Parsed<P> & ValuesOf<Rest>
  : unknown

/** Finds what is to be filled in: its name, and behind a colon its kind. */
export const placeholder = /\{(\w+)(?::(\w+))?\}/g

/** The text with its values, as they are written in the language. @throws TypeError for a kind that is not in the table */
export const fill = (text: string, values: Readonly<Record<string, unknown>>, language: string): string =>
  text.replace(placeholder, (_, name: string, kind = 'text') =>
    (formats[kind as Kind] as (value: unknown, language: string) => string)(values[name], language),
  )
