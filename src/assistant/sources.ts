import type {Passage} from '../documents/port.ts'
import type {Source} from '../tools/port.ts'

/** Letters of a word that says what a text is about. */
const tellingLength = 5
/** Telling words, or numbers, that an answer and a passage share where the one leans on the other. */
const sharedWords = 2

/** The documents an answer leans on: those whose passages share its words, each once. */
export const sourcesOf = (answer: string, passages: readonly Passage[]): Source[] => {
  const said = tellingWords(answer)
  const used = passages.filter(({text, document}) => {
    const shared = [...tellingWords(text)].filter(word => said.has(word)).length
    return shared >= sharedWords || answer.includes(document.name)
  })
  return distinct(used.map(({document, page}) => ({id: document.id, name: document.name, page})))
}

/** Each document and page once, in their order. */
export const distinct = (sources: readonly Source[]): Source[] => [
  ...new Map(sources.map(source => [`${source.id} ${source.page}`, source])).values(),
]

const tellingWords = (text: string): Set<string> =>
  new Set(
    (text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []).filter(word => word.length >= tellingLength || /\d/.test(word)),
  )
