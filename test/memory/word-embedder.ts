import type {Embedder} from '@essence/core/llm/embedding-port'

/** Words that mean alike. */
const alike = [
  ['dog', 'puppy', 'hound'],
  ['rain', 'rains', 'shower'],
]

/** An embedder to test with: a text's vector is of the sum of its words, and those that mean alike are one. Same text, same vector. */
export const wordEmbedder = (model: string, dimension: number): Embedder => ({
  info: {engine: 'words', model, device: 'cpu', deviceReason: 'a test computes little'},
  model,
  dimension,
  maxTokens: 1000,
  async embed(texts) {
    return texts.map(text => {
      const vector = new Float32Array(dimension)
      for (const word of text.toLowerCase().match(/\p{L}+/gu) ?? ['']) {
        const meaning = alike.findIndex(words => words.includes(word))
        // Meanings have places of their own, the other words share the rest.
        const at =
          meaning < 0
            ? alike.length +
              ([...word].reduce((sum, letter) => sum * 31 + (letter.codePointAt(0) ?? 0), 7) %
                (dimension - alike.length))
            : meaning
        vector[at] = (vector[at] ?? 0) + 1
      }
      const length = Math.hypot(...vector)
      return vector.map(value => value / length)
    })
  },
  close: async () => {},
})
