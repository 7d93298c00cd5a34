const words: Record<string, string> = {
  "won't": 'will not',
  "can't": 'can not',
  "let's": 'let us',
  "ain't": 'aint',
  "y'all": 'you all',
  wanna: 'want to',
  kinda: 'kind of',
  sorta: 'sort of',
  dunno: 'do not know',
  gotta: 'got to',
  gonna: 'going to',
  "i'ma": 'i am going to',
  imma: 'i am going to',
  woulda: 'would have',
  coulda: 'could have',
  shoulda: 'should have',
  cause: 'because',
  "ma'am": 'madam',
}

const titles: Record<string, string> = {
  mr: 'mister',
  mrs: 'missus',
  st: 'saint',
  dr: 'doctor',
  prof: 'professor',
  capt: 'captain',
  gov: 'governor',
  ald: 'alderman',
  gen: 'general',
  sen: 'senator',
  rep: 'representative',
  pres: 'president',
  rev: 'reverend',
  hon: 'honorable',
  asst: 'assistant',
  assoc: 'associate',
  lt: 'lieutenant',
  col: 'colonel',
  jr: 'junior',
  sr: 'senior',
  esq: 'esquire',
}

/** At the end of a word, in this order: "she's been" has, "she's" is. */
const endings: Record<string, string> = {
  "'d been": ' had been',
  "'s been": ' has been',
  "'d gone": ' had gone',
  "'s gone": ' has gone',
  "'d done": ' had done',
  "'s got": ' has got',
  "n't": ' not',
  "'re": ' are',
  "'s": ' is',
  "'d": ' would',
  "'ll": ' will',
  "'t": ' not',
  "'ve": ' have',
  "'m": ' am',
}

/** `\\b` would see a boundary beside an accented letter. */
const endOf = (word: string): RegExp => new RegExp(`${word}(?![\\p{L}\\p{N}_])`, 'gu')
const whole = (word: string): RegExp => endOf(`(?<![\\p{L}\\p{N}_])${word}`)

/** They are not counted. */
const hesitation = whole('(?:hmm|mm|mhm|mmm|uh|um)')

/** In the order in which they are applied. */
const replacements: (readonly [pattern: RegExp, replacement: string])[] = [
  ...Object.entries(words).map(([from, to]) => [whole(from), to] as const),
  // "dr.jones" is two words.
  ...Object.entries(titles).map(([from, to]) => [whole(from), `${to} `] as const),
  ...Object.entries(endings).map(([from, to]) => [endOf(from), to] as const),
]

/** Contractions and titles in full, without hesitations: "Mr. O'Neil won't" → "mister . o'neil will not". Of a text in lower case. */
export const expandContractions = (text: string): string =>
  replacements.reduce(
    (all, [from, to]) => all.replace(from, to),
    // "I 'm": some write a space before the apostrophe.
    text.replace(hesitation, '').replace(/(?<!\s)\s+'/g, "'"),
  )
