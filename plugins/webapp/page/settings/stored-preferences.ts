/** What a person has chosen in this browser. */
export interface Preferences {
  /** How June answers what is written; what is spoken she answers aloud. */
  reply: 'text' | 'voice' | 'both'
  /** Id of a voice; absent: the usual one. */
  voice?: string | undefined
  /** What is spoken, ISO 639-1; absent: what the gateway is set to. */
  language?: string | undefined
  /** How fast June speaks, 0.5 to 2. */
  speed: number
  theme: 'system' | 'light' | 'dark'
  /** What the page is read in; absent: as the browser is. */
  pageLanguage?: string | undefined
  /** Whether June listens all the time, or while a button is held. */
  talking: 'hands-free' | 'push-to-talk'
  /** Ids of `navigator.mediaDevices`; absent: the usual ones. */
  microphone?: string | undefined
  speaker?: string | undefined
  /** 0..1 */
  volume: number
}

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
