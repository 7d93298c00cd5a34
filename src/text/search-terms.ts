/** Words of questions and small words, in the languages of the patterns: they stand in everything that is said. */
const small = new Set(
  `a an and any are am as at be been but by can could did do does for from had has have he her him his how i if in is it its just me my
   no not of on or our out she so that the their them they this to too up us was we were what when where which who whose why will with
   would you your about tell know remember again please june
   aber als am auch auf aus bei bin bis bist da das dass dein dem den der die dir doch du ein eine er es für hat habe ich ihr im in ist ja
   kann mein meine mich mir mit nach nicht noch nur oder sein sich sie sind so und uns von war was wann warum weißt welche welcher wer
   wie wir wo zu zum zur über
   au aux avec ce ces cette dans de des dit du elle en est et eu il je la le les leur lui ma mais me mes moi mon ne nous ou où par pas pour
   que quel quelle qui sa se ses son sont sur ta te tes toi ton tu un une vous
   al como con cual cuál cuando cuándo de del donde dónde el ella en es ese eso esta este fue ha he la las lo los más me mi mis muy no o
   para pero por qué que quien quién se si sin sobre son su sus tu tus un una y ya yo`.split(/\s+/),
)

/** Letters of a word that count. */
const maxLetters = 40

/** Words of one question that are looked for. */
const maxTerms = 24

/**
 * What a text is searched by: its words that say something, as prefixes, since the database knows no grammar: `lived` finds `lives`.
 * Only letters and digits, so that each is a valid `tsquery`.
 */
export const searchTerms = (text: string): string[] => [...new Set(tellingWords(text).map(prefixOf))].slice(0, maxTerms)

const tellingWords = (text: string): string[] => {
  const words = text.toLowerCase().match(/[\p{L}\p{N}\p{M}]+/gu) ?? []
  return words.filter(word => !small.has(word) && (word.length > 1 || /\P{ASCII}|\d/u.test(word)))
}

/** Letters that a word may have beyond a prefix that finds it, and letters of such a prefix at least. */
const maxEnding = 4
const minPrefix = 3

/**
 * What a text is found by where there are no prefixes to search by, as among hashes: each of its words that say something, and the word
 * without up to four letters of its end. Nearly the same finds it as by `searchTerms`; parts of compounds do not.
 */
export const indexedForms = (text: string): string[] => {
  const forms = new Set<string>()
  for (const word of tellingWords(text).map(word => word.slice(0, maxLetters)))
    for (
      let length = word.length;
      length === word.length || length >= Math.max(minPrefix, word.length - maxEnding);
      length--
    )
      forms.add(word.slice(0, length))
  return [...forms]
}

/** A word without the ending it may have here and not there. */
const prefixOf = (word: string): string => {
  const kept = word.slice(0, maxLetters)
  if (/\d/.test(word) || word.length < 5) return `${kept}:*`
  return `${kept.slice(0, word.length < 7 ? -1 : -2)}:*`
}
