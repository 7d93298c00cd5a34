import {EssenceError} from '../../kit/errors.ts'
import {inOneLine} from '../../kit/in-one-line.ts'
import type {Party} from './port.ts'

const maxName = 80

/** A name as strangers give it to themselves. */
export const cleanName = (name: string | undefined): string | undefined =>
  inOneLine(name ?? '').slice(0, maxName) || undefined

/** For people: `Ada (@ada), 42`. */
export const shownParty = ({name, id, kind}: Party): string =>
  `${kind === 'group' ? 'group ' : ''}${name === undefined ? id : `${name}, ${id}`}`

/** How somebody is called: `Ada (@ada)` is also `ada` and `@ada`. */
const callsOf = (name: string): string[] => {
  const [, shown = name, handle = ''] = /^(.*?)\s*\((@.+)\)$/.exec(name) ?? []
  return [name, shown, handle, handle.slice(1)].filter(Boolean).map(call => call.toLowerCase())
}

/** USER_UNKNOWN: a name that nobody has, or several. */
export class UnclearName extends EssenceError {
  readonly wanted: string
  /** Those who have it. */
  readonly found: readonly Party[]

  constructor(
    message: string,
    {wanted, found, suggestions}: {wanted: string; found: readonly Party[]; suggestions: string[]},
  ) {
    super('USER_UNKNOWN', message, {suggestions})
    this.wanted = wanted.slice(0, maxName)
    this.found = found
  }
}

/** The one that an id or a name means. @throws UnclearName */
export const partyNamed = (known: readonly Party[], channel: string, text: string): Party => {
  const wanted = text.trim()
  // Strangers choose their names: one that is a number would be let in for another.
  const isId = /^-?\d{1,24}$/.test(wanted)
  const byId = known.filter(({id}) => id === wanted)
  const byName = (): Party[] => known.filter(({name = ''}) => callsOf(name).includes(wanted.toLowerCase()))
  const found = byId.length > 0 || isId ? byId : byName()
  const [one] = found
  if (one && found.length === 1) return one
  if (one) {
    throw new UnclearName(`"${wanted}" is the name of ${found.length} on ${channel}.`, {
      ...{wanted, found},
      suggestions: [`Say which by the id: ${found.map(shownParty).join('; ')}`],
    })
  }
  // A group's ids are below zero on Telegram, and elsewhere like a person's.
  if (isId) return {channel, kind: wanted.startsWith('-') ? 'group' : 'person', id: wanted}
  throw new UnclearName(`Nobody on ${channel} is known as "${wanted.slice(0, maxName)}".`, {
    ...{wanted, found},
    suggestions: ['See who is known: essence access list', 'Or give the id, a number.'],
  })
}
