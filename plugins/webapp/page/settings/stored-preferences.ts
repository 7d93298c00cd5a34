import type {Preferences} from './preferences.ts'

type Readers = {[Key in keyof Preferences]-?: (value: unknown) => Preferences[Key] | undefined}

const oneOf =
  <T extends string>(...choices: readonly T[]) =>
  (value: unknown): T | undefined =>
    choices.find(choice => choice === value)

const within =
  (min: number, max: number) =>
  (value: unknown): number | undefined =>
    typeof value === 'number' && value >= min && value <= max ? value : undefined

const text = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' && value.length <= 300 ? value : undefined

const readers: Readers = {
  reply: oneOf('text', 'voice', 'both'),
  voice: text,
  language: text,
  speed: within(0.5, 2),
  theme: oneOf('system', 'light', 'dark'),
  pageLanguage: text,
  talking: oneOf('hands-free', 'push-to-talk'),
  microphone: text,
  speaker: text,
  volume: within(0, 1),
}

/** What the browser kept, as far as it can be what a person chose. */
export const readPreferences = (stored: unknown): Partial<Preferences> => {
  if (typeof stored !== 'object' || stored === null) return {}
  const given = new Map(Object.entries(stored))
  return Object.fromEntries(
    Object.entries(readers)
      .map(([key, read]) => [key, read(given.get(key))] as const)
      .filter(([, value]) => value !== undefined),
  )
}
