/**
 * Cuts tokens into pieces no longer than a model takes: after the last token that ends a word or clause, else anywhere.
 * @param maxTokens of a piece, at least 1
 */
export function* tokenPieces(
  tokens: readonly number[],
  maxTokens: number,
  endsWord: (token: number) => boolean,
): Generator<number[]> {
  let at = 0
  while (tokens.length - at > maxTokens) {
    const cut = tokens.slice(at, at + maxTokens).findLastIndex(endsWord) + 1
    const end = at + (cut > 0 ? cut : maxTokens)
    yield tokens.slice(at, end)
    at = end
  }
  if (at < tokens.length) yield tokens.slice(at)
}
