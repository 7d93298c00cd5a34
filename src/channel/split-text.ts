/** Where a text is cut, best first: after a paragraph, a line, a sentence, a word. */
const boundaries = [/\n\s*\n/g, /\n/g, /[.!?…。！？]["'”’)\]]*\s+/g, /\s+/g]

/** A part shorter than this share of the limit looks torn; a lesser boundary further on is better. */
const minShare = 0.5

/** Cuts a text into parts of at most `limit` UTF-16 code units; never inside a character, without blank parts. */
export const splitText = (text: string, limit: number): string[] => {
  const parts: string[] = []
  let rest = text.trim()
  while (rest.length > limit) {
    const at = cutPosition(rest, limit)
    parts.push(rest.slice(0, at).trimEnd())
    rest = rest.slice(at).trimStart()
  }
  return rest ? [...parts, rest] : parts
}

const cutPosition = (text: string, limit: number): number => boundaryIn(text, limit) ?? wholeCharacters(text, limit)

/**
 * The best place to cut a text at or before `limit`, behind what is kept; undefined where none is good.
 * @param allows whether it may be cut at a place. Default: anywhere.
 * @param share of the limit that is good enough
 */
export const boundaryIn = (
  text: string,
  limit: number,
  allows: (at: number) => boolean = () => true,
  share: number = minShare,
): number | undefined => {
  // One more: a blank right behind the limit is a boundary too, for it is not kept.
  const head = text.slice(0, limit + 1)
  for (const boundary of boundaries) {
    let best = 0
    for (const match of head.matchAll(boundary)) {
      const kept = match.index + match[0].trimEnd().length
      if (kept <= limit && kept > best && allows(kept)) best = kept
    }
    if (best > 0 && best >= limit * share) return best
  }
  return undefined
}

/** The first characters of a text as people see them (grapheme clusters), within `limit` code units, with an ellipsis if cut. */
export const shorten = (text: string, limit: number): string =>
  text.length <= limit ? text : `${text.slice(0, wholeCharacters(text, limit - 1)).trimEnd()}…`

const graphemes = new Intl.Segmenter(undefined, {granularity: 'grapheme'})

/** The last position at or before `limit` that does not split a character; a character longer than the limit is split between code points. */
export const wholeCharacters = (text: string, limit: number): number => {
  // A window before the limit is enough; its start may be inside a cluster, whose end is found all the same.
  const start = Math.max(0, limit - 64)
  let at = 0
  for (const {index} of graphemes.segment(text.slice(start, limit + 64))) {
    if (start + index > limit) break
    if (index > 0) at = start + index
  }
  if (at > 0) return at
  const low = text.charCodeAt(limit)
  return low >= 0xdc00 && low <= 0xdfff && limit > 1 ? limit - 1 : limit
}
