// What was written and has no answer, kept over a reload: June remembers what she has answered, and nothing else.

export interface Unanswered {
  session: string
  text: string
  /** When it was written, ms since 1970; no two are alike. */
  at: number
}

const key = 'unanswered'
/** The oldest go first. */
const maxKept = 50

/** What of a conversation has no answer, the oldest first. */
export const unansweredOf = (session: string): Unanswered[] => all().filter(each => each.session === session)

export const keepUnanswered = (added: Unanswered): void =>
  save([...all().filter(({at}) => at !== added.at), added].slice(-maxKept))

export const forgetUnanswered = (at: number): void => save(all().filter(each => each.at !== at))

const save = (kept: readonly Unanswered[]): void => {
  try {
    sessionStorage.setItem(key, JSON.stringify(kept))
  } catch {
    // No room left: it still stands in the page.
  }
}

const all = (): Unanswered[] => {
  try {
    const kept: unknown = JSON.parse(sessionStorage.getItem(key) ?? '[]')
    return Array.isArray(kept) ? kept.filter(isUnanswered) : []
  } catch {
    return []
  }
}

const isUnanswered = (value: unknown): value is Unanswered =>
  typeof value === 'object' &&
  value !== null &&
  'session' in value &&
  'text' in value &&
  'at' in value &&
  typeof value.session === 'string' &&
  typeof value.text === 'string' &&
  typeof value.at === 'number'
