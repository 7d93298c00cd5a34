/**
 * Cuts tokens into pieces no longer than a model takes: after the last token that ends a word or clause, else anywhere.
 * @param longest tokens of a piece, at least 1
 */
export function* tokenPieces(
  tokens: readonly number[],
  longest: number,
  endsWord: (token: number) => boolean,
): Generator<number[]> {
  let at = 0
  while (tokens.length - at > longest) {
    const cut = tokens.slice(at, at + longest).findLastIndex(endsWord) + 1
    const end = at + (cut > 0 ? cut : longest)
    yield tokens.slice(at, end)
    at = end
  }
  if (at < tokens.length) yield tokens.slice(at)
}
