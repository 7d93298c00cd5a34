/** Scripts written without spaces between words. */
export const unspaced =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u

/** Texts one after the other: a space between them, unless their script has none. */
export const joinTexts = (texts: readonly string[]): string => {
  let joined = ''
  for (const text of texts.map(one => one.trim()).filter(one => one !== '')) {
    const together =
      joined === '' ||
      (unspaced.test([...joined.slice(-2)].at(-1) ?? '') && unspaced.test([...text.slice(0, 2)][0] ?? ''))
    joined += together ? text : ` ${text}`
  }
  return joined
}
