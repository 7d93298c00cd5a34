/** True when `*` (any characters, none too) and `?` (one character) of the pattern fit the whole text; as in OpenSSH. */
export const matchesPattern = (text: string, pattern: string): boolean => {
  // Greedy with one step back, so that a long row of stars costs no exponential time.
  let at = 0
  let inPattern = 0
  let star = -1
  let afterStar = 0
  while (at < text.length) {
    if (pattern[inPattern] === '*') {
      star = inPattern++
      afterStar = at
    } else if (inPattern < pattern.length && (pattern[inPattern] === '?' || pattern[inPattern] === text[at])) {
      inPattern++
      at++
    } else if (star >= 0) {
      inPattern = star + 1
      at = ++afterStar
    } else return false
  }
  while (pattern[inPattern] === '*') inPattern++
  return inPattern === pattern.length
}

/** True when one pattern of the list fits and none that begins with `!` does. */
export const matchesPatterns = (text: string, patterns: readonly string[]): boolean => {
  const fits = (pattern: string): boolean => matchesPattern(text, pattern)
  return (
    patterns.some(pattern => !pattern.startsWith('!') && fits(pattern)) &&
    !patterns.some(pattern => pattern.startsWith('!') && fits(pattern.slice(1)))
  )
}
