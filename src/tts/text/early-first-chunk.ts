import {mainLanguage} from '../../text/language-tag.ts'

/**
 * A first clause that is long and has no comma would delay first audio: it is cut at a clause boundary, before a word that
 * joins clauses, else before a preposition. Languages without a list of such words are not cut at all: a cut in the wrong
 * place is heard, a wait of a second only once.
 */

/** Characters from which on a first clause is long (about six seconds of speech), and between which the cut may lie. */
const longClause = 90
const minCut = 34
const maxCut = 100
/** Characters that must follow the cut: a word or two alone sound lost. */
const minRest = 16

interface BoundaryWords {
  /** Words that begin a clause of its own. */
  clause: Set<string>
  /** Words that begin one where another follows that can be its subject: "and the", "und ich". */
  withSubject: Set<string>
  subject: Set<string>
  /** Prepositions. */
  phrase: Set<string>
  /** No boundary follows these: articles and the like. */
  proclitics: Set<string>
}

const set = (words: string): Set<string> => new Set(words.split(' '))

const boundaryWords: Record<string, BoundaryWords> = {
  en: {
    clause: set('because although though while whereas when whenever where which who that if unless until but'),
    withSubject: set('and or so'),
    subject: set('i you he she it we they the a an this that these those there then if when my your his her our their'),
    phrase: set('with without for from in on at during between into through after before since under over near along'),
    proclitics: set(
      'the a an of to and or but so as not even just only is are was were be than like such too very more',
    ),
  },
  de: {
    clause: set('weil obwohl während wenn dass damit sondern aber denn'),
    withSubject: set('und oder'),
    subject: set('ich du er sie es wir ihr der die das ein eine man dann dort damit den dem im am'),
    phrase: set(
      'mit ohne für in im auf aus bei nach seit über unter zwischen durch gegen am zum zur vom beim ab bis vor hinter neben entlang',
    ),
    proclitics: set(
      'der die das den dem des ein eine einen einem einer eines und oder so zu sehr nicht auch nur noch wie als',
    ),
  },
  fr: {
    clause: set('parce quand lorsque tandis mais car où puis'),
    withSubject: set('et ou si'),
    subject: set('je tu il elle nous vous ils elles on le la les un une des ce cette puis'),
    phrase: set('pour avec dans sur depuis pendant sans chez entre vers jusque après avant sous'),
    proclitics: set('le la les un une des du de et ou ne pas plus très si ce cette au aux à'),
  },
  es: {
    clause: set('porque cuando mientras pero donde aunque'),
    withSubject: set('y o si'),
    subject: set('yo tú él ella nosotros ellos el la los las un una luego se'),
    phrase: set('para con en desde hasta sin sobre entre durante por tras según'),
    proclitics: set('el la los las un una de del y o no muy más tan que a al'),
  },
}

/**
 * The first clause of a text, in two where it is long: an early first chunk, which ends with a comma, and the rest.
 * @param language ISO 639-1, with region where it is known
 */
export const earlyFirstChunk = (clause: string, language: string): string[] => {
  const known = boundaryWords[mainLanguage(language)]
  if (!known || clause.length < longClause) return [clause]
  const at = boundaryIn(clause, known)
  return at === undefined ? [clause] : [`${clause.slice(0, at).trimEnd()}, `, clause.slice(at)]
}

const boundaryIn = (clause: string, boundary: BoundaryWords): number | undefined => {
  const words = [...clause.matchAll(/[\p{L}\p{M}'’-]+/gu)].map(({0: word, index}) => ({
    word: word.toLowerCase(),
    index,
  }))
  const holdsOn = (word: string): boolean =>
    [boundary.proclitics, boundary.clause, boundary.withSubject, boundary.phrase].some(list => list.has(word))
  const places = words.filter(({index}, i) => {
    const before = words[i - 1]
    const within = index >= minCut && index <= maxCut && clause.trimEnd().length - index >= minRest
    // Only between two words with nothing but a space there.
    return within && before && /\s/.test(clause.charAt(index - 1)) && !holdsOn(before.word)
  })
  const next = (index: number): string => words[words.findIndex(word => word.index === index) + 1]?.word ?? ''
  const best =
    places.find(
      ({word, index}) =>
        boundary.clause.has(word) || (boundary.withSubject.has(word) && boundary.subject.has(next(index))),
    ) ?? places.find(({word}) => boundary.phrase.has(word))
  return best?.index
}
