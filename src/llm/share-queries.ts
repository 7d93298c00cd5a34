import type {Embedder, EmbedOptions} from './embedding-port.ts'

/** An embedder that computes the vector of a question once, where memory and documents ask for it in the same turn. */
export const shareQueries = (embedder: Embedder): Embedder => {
  let last: {text: string; signal: AbortSignal | undefined; vectors: Promise<Float32Array[]>} | undefined
  const embed = (texts: readonly string[], options: EmbedOptions): Promise<Float32Array[]> => {
    const [text] = texts
    if (text === undefined || texts.length > 1 || options.as !== 'query') return embedder.embed(texts, options)
    const {signal} = options
    // Another signal is another turn, which is not to end with this one.
    if (last?.text === text && last.signal === signal) return last.vectors
    const asked = {text, signal, vectors: embedder.embed(texts, options)}
    last = asked
    asked.vectors.catch(() => {
      if (last === asked) last = undefined
    })
    return asked.vectors
  }
  return {...embedder, embed}
}
