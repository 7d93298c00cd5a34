const letters = 8

/** The beginning of an id: a model cannot be relied on to copy 36 letters. */
export const shortId = (id: string): string => id.slice(0, letters)

/** The one whose id begins so, if there is one and no other; whole ids do as well. */
export const byShortId = <T extends {id: string}>(id: string, all: readonly T[]): T | undefined => {
  const wanted = id.trim().toLowerCase()
  const found = wanted.length < letters ? [] : all.filter(one => one.id.startsWith(wanted))
  return found.length === 1 ? found[0] : undefined
}
