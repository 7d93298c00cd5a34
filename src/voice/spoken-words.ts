/** How signs are read aloud in one language. */
export interface SpokenWords {
  dot: string
  at: string
  and: string
  percent: string
  number: string
  about: string
  /** By sign: one of it, several of it. */
  money: Record<string, [one: string, more: string]>
}

const words: Record<string, SpokenWords> = {
  en: {
    dot: 'dot',
    at: 'at',
    and: 'and',
    percent: 'percent',
    number: 'number',
    about: 'about',
    money: {$: ['dollar', 'dollars'], '€': ['euro', 'euros'], '£': ['pound', 'pounds'], '¥': ['yen', 'yen']},
  },
  de: {
    dot: 'Punkt',
    at: 'ät',
    and: 'und',
    percent: 'Prozent',
    number: 'Nummer',
    about: 'etwa',
    money: {$: ['Dollar', 'Dollar'], '€': ['Euro', 'Euro'], '£': ['Pfund', 'Pfund'], '¥': ['Yen', 'Yen']},
  },
  fr: {
    dot: 'point',
    at: 'arobase',
    and: 'et',
    percent: 'pour cent',
    number: 'numéro',
    about: 'environ',
    money: {$: ['dollar', 'dollars'], '€': ['euro', 'euros'], '£': ['livre', 'livres'], '¥': ['yen', 'yens']},
  },
  es: {
    dot: 'punto',
    at: 'arroba',
    and: 'y',
    percent: 'por ciento',
    number: 'número',
    about: 'unos',
    money: {$: ['dólar', 'dólares'], '€': ['euro', 'euros'], '£': ['libra', 'libras'], '¥': ['yen', 'yenes']},
  },
}

/** The words of a language (`en`, `en-gb`); undefined where we have none and the voice reads the signs its own way. */
export const spokenWords = (language: string): SpokenWords | undefined =>
  words[language.toLowerCase().split(/[-_]/)[0] ?? '']
