import type {LlamaModel} from 'node-llama-cpp'

/**
 * Keeps a text from being read as control tokens, by a character without width within each. Only for what templates write as their own text:
 * descriptions of tools and arguments of calls; the text of messages is told apart by the library.
 */
export const withoutControlTokens =
  (model: LlamaModel) =>
  (text: string): string => {
    const marks = new Set(
      model
        .tokenize(text, true)
        .filter(token => model.isSpecialToken(token))
        .map(token => model.detokenize([token], true)),
    )
    return [...marks].reduce(
      (plain, mark) => (mark === '' ? plain : plain.replaceAll(mark, `${mark.slice(0, 1)}\u200B${mark.slice(1)}`)),
      text,
    )
  }
