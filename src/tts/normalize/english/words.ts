import {digitByDigit, type SpokenLanguage} from '../language.ts'

/** By what is written before the dot, as it is. */
const titles: Record<string, string> = {
  Dr: 'Doctor',
  Mr: 'Mister',
  Mrs: 'Missus',
  Ms: 'Miz',
  Prof: 'Professor',
  Pres: 'President',
  Rev: 'Reverend',
  Gen: 'General',
  Col: 'Colonel',
  Capt: 'Captain',
  Lt: 'Lieutenant',
  Sgt: 'Sergeant',
  Gov: 'Governor',
  Sen: 'Senator',
  Hon: 'Honorable',
}
const anywhere: Record<string, string> = {
  'e.g': 'for example',
  'i.e': 'that is',
  'a.k.a': 'also known as',
  etc: 'et cetera',
  vs: 'versus',
  approx: 'approximately',
  dept: 'department',
  Dept: 'Department',
  est: 'established',
  Est: 'Established',
  incl: 'including',
  excl: 'excluding',
  max: 'maximum',
  min: 'minimum',
  vol: 'volume',
  Vol: 'Volume',
  fig: 'figure',
  Fig: 'Figure',
  Inc: 'Incorporated',
  Ltd: 'Limited',
  Corp: 'Corporation',
  Co: 'Company',
  Jr: 'Junior',
  Sr: 'Senior',
  Ave: 'Avenue',
  Blvd: 'Boulevard',
  Rd: 'Road',
  Mt: 'Mount',
  Ft: 'Fort',
  Mon: 'Monday',
  Tue: 'Tuesday',
  Tues: 'Tuesday',
  Wed: 'Wednesday',
  Thu: 'Thursday',
  Thurs: 'Thursday',
  Fri: 'Friday',
  Sat: 'Saturday',
  Sun: 'Sunday',
}
const anyPattern = new RegExp(
  `(?<![\\p{L}.])(${Object.keys(anywhere)
    .map(name => name.replaceAll('.', '\\.'))
    .join('|')})\\.(?!\\p{L})`,
  'gu',
)
const titlePattern = new RegExp(`(?<![\\p{L}.])(${Object.keys(titles).join('|')})\\.?(?=\\s\\p{Lu})`, 'gu')
/** Read by their letters although they have a vowel. */
const byLetter = new Set(
  (
    'AI API APIs EPS ISBN ISSN SSN ROI KPI KPIs ETF ETFs IPO OTP PE CPU GPU NPU TPU USA US UK EU UN UAE FBI CIA NSA IRS UI UX IP ID IDs URL URI IBM ATM CEO CFO CTO COO HR IT PR DIY FAQ ' +
    'EPA FDA USB IO OS iOS AWS IDE SDK AM PM BA MA PhD MBA VIP OEM IEEE ISO UTC UFO IOU RIP DUI ETA EDT EST AC DC AD BCE CE BBC ABC ' +
    'NBA NFL UEFA EV AA AAA AMD ARM64 IQ EQ LA NYC ICU ER IV UV IR AR VR XR QA SUV AT&T R&D'
  ).split(' '),
)
/** Read as words. */
export const asWord: Record<string, string> = {
  NASA: 'Nasa',
  NATO: 'Nato',
  UNESCO: 'Unesco',
  UNICEF: 'Unicef',
  OPEC: 'Opec',
  NAFTA: 'Nafta',
  ASAP: 'A-sap',
  RAM: 'ram',
  ROM: 'rom',
  CUDA: 'Cuda',
  JSON: 'Jason',
  YAML: 'yammel',
  JPEG: 'jay-peg',
  GIF: 'gif',
  SQL: 'S-Q-L',
  COVID: 'Covid',
  LAN: 'lan',
  WAN: 'wan',
  PIN: 'pin',
  SIM: 'sim',
  NVIDIA: 'en-vidia',
  ASCII: 'askey',
}

/** `FBI` → F-B-I: joined by hyphens, a phonemiser reads each as a letter, also the A. */
export const letters = (word: string): string => [...word.toUpperCase()].join('-')

/** Abbreviations with a dot. A dot that also ends the sentence stays. */
export const abbreviationsToWords = (text: string): string =>
  text
    .replace(/(?<![\p{L}.])St\.(?=\s\p{Lu})/gu, (_, at: number, all: string) =>
      /\p{L}\s$/u.test(all.slice(0, at)) && /\p{Lu}\p{Ll}+\s$/u.test(all.slice(0, at)) ? 'Street' : 'Saint',
    )
    .replace(/(?<=\p{Lu}\p{Ll}+ )St\.(?!\p{L})/gu, (_, at: number, all: string) => `Street${stopAt(all, at + 3)}`)
    .replace(/(?<![\p{L}.])(Mr|Mrs|Ms)\./gu, (_, name: string) => titles[name] ?? name)
    .replace(titlePattern, (_, name: string) => titles[name] ?? name)
    .replace(/(?<!\p{L})(?:[Nn]o|[Nn]r)\.\s?(?=\d)/gu, 'number ')
    .replace(/(?<!\p{L})pp?\.\s?(?=\d)/gu, match => (match.startsWith('pp') ? 'pages ' : 'page '))
    .replace(/(?<!\p{L})c\.\s?(?=\d)/gu, 'circa ')
    .replace(/(?<!\p{L})w\/o(?!\p{L})/gu, 'without')
    .replace(/(?<!\p{L})w\/(?=\s)/gu, 'with')
    .replace(
      anyPattern,
      (_, name: string, at: number, all: string) => `${anywhere[name] ?? name}${stopAt(all, at + name.length + 1)}`,
    )
    // U.S., J. R. R., Ph.D.
    .replace(/(?<![\p{L}.])Ph\.D\.?/gu, 'P-H-D')
    .replace(
      /(?<![\p{L}.])((?:\p{Lu}\.){2,8})(?!\p{L})/gu,
      (_, dotted: string, at: number, all: string) =>
        `${letters(dotted.replaceAll('.', ''))}${stopAt(all, at + dotted.length)}`,
    )

/** A full stop where nothing follows: the dot did both. */
const stopAt = (text: string, at: number): string => (/^["'”’)\]]*\s*$/.test(text.slice(at)) ? '.' : '')

const romanValues: Record<string, number> = {I: 1, V: 5, X: 10, L: 50, C: 100, D: 500, M: 1000}
/** `XIV` → 14; undefined for what nobody would write so. */
export const romanNumber = (roman: string): number | undefined => {
  if (!/^(?=.)M{0,3}(?:CM|CD|D?C{0,3})(?:XC|XL|L?X{0,3})(?:IX|IV|V?I{0,3})$/.test(roman)) return undefined
  return [...roman].reduce((sum, sign, i, all) => {
    const [value, next] = [romanValues[sign] ?? 0, romanValues[all[i + 1] ?? ''] ?? 0]
    return value < next ? sum - value : sum + value
  }, 0)
}

const rulers =
  'Henry|Louis|George|Charles|James|William|Edward|Elizabeth|Richard|John Paul|Benedict|Pius|Leo|Frederick|Napoleon|Philip|Alexander|Nicholas|Peter|Catherine|Ramses|Gregory|Innocent|Clement|Francis|Ferdinand|Wilhelm|Friedrich|Paul'
const counts =
  'World War|Chapter|Part|Act|Scene|Volume|Book|Section|Article|Phase|Type|Class|Level|Stage|Title|Appendix|Super Bowl|Episode|Final Fantasy|Rocky|Grade|Mark|Apollo|Vatican'

/** Roman numerals where nothing else can be meant: after a ruler's name ("the eighth"), after what is counted ("two"). */
export const romanToWords = (text: string, words: SpokenLanguage): string =>
  text
    .replace(
      new RegExp(`\\b(${rulers}) ([IVXL]{1,7})\\b(?!['’]\\p{L}|\\.\\p{L})`, 'gu'),
      (whole, name: string, roman: string, at: number, all: string) => {
        const value = romanNumber(roman)
        // "Henry I think": the first needs a sign that the sentence does not go on with the pronoun.
        if (
          value === undefined ||
          (roman === 'I' &&
            /^\s\p{Ll}/u.test(all.slice(at + whole.length)) &&
            !/^ (?:of|was|and|died|ruled)\b/.test(all.slice(at + whole.length)))
        )
          return whole
        return `${name} the ${words.ordinal(String(value))}`
      },
    )
    .replace(
      new RegExp(`\\b(${counts}) ([IVXLC]{1,7})\\b(?!['’]\\p{L}|\\.\\p{L})`, 'gu'),
      (whole, name: string, roman: string) => {
        const value = romanNumber(roman)
        return value === undefined ? whole : `${name} ${words.cardinal(String(value))}`
      },
    )

/** Acronyms: by letters (FBI, GPUs) or as words (NASA). A text all in capitals is loud, not full of acronyms. */
export const acronymsToWords = (text: string): string => {
  const loud = !/\p{Ll}/u.test(text) && (text.match(/\p{Lu}{2,}/gu)?.length ?? 0) > 1
  if (loud) return text
  return text
    .replace(
      /(?<![\p{L}\p{N}-])([A-Z]{1,3})&([A-Z])(?![\p{L}\p{N}])/gu,
      (_, a: string, b: string) => `${letters(a)} and ${letters(b)}`,
    )
    .replace(/(?<![\p{L}\p{N}-])(\p{Lu}{2,8})(s|['’]s)?(?![\p{L}\p{N}])/gu, (whole, word: string, plural = '') => {
      const known = asWord[word]
      if (known !== undefined) return known + plural
      const noVowel = !/[AEIOUYÄÖÜ]/.test(word) && word.length <= 6 && /^[A-Z]+$/.test(word)
      if (!noVowel && !byLetter.has(word)) return whole
      return `${letters(word)}${plural === '' ? '' : "'s"}`
    })
    .replace(/(?<![\p{L}\p{N}])iOS(?![\p{L}])/gu, 'i-O-S')
    .replace(/(?<![\p{L}\p{N}])PhD(s?)(?![\p{L}])/gu, (_, plural: string) => `P-H-D${plural === '' ? '' : "'s"}`)
}

/** Digits as in a name: 380 is "three eighty", 5090 "fifty ninety", 4000 "four thousand", 9001 "nine thousand one". */
export const nameNumber = (digits: string, words: SpokenLanguage): string => {
  const two = (pair: string): string =>
    pair.startsWith('0') ? `oh ${words.cardinal(pair.charAt(1))}` : words.cardinal(pair)
  if (digits.startsWith('0')) return digitByDigit(digits, words)
  if (/^(?:\d{1,2}|\d0{2,3}|\d00\d)$/.test(digits)) return words.cardinal(digits)
  if (/^\d\d0{2}$/.test(digits)) return words.cardinal(digits)
  if (digits.length === 3) return `${words.cardinal(digits.charAt(0))} ${two(digits.slice(1))}`
  if (digits.length === 4) return `${words.cardinal(digits.slice(0, 2))} ${two(digits.slice(2))}`
  return digitByDigit(digits, words)
}

/** Letters and digits in one word: RTX 5090, A380, MP3, H2O, x86, 4K, 5G, GPT-4. */
export const modelNumbersToWords = (text: string, words: SpokenLanguage): string => {
  const spell = (part: string): string =>
    part.length <= 3 && part === part.toUpperCase() && !asWord[part] ? letters(part) : part
  return text
    .replace(/(?<=[A-Z]{2})\/(?=\d)/g, ' ')
    .replace(
      /(?<![\p{L}\p{N}-])([A-Z]{2,5})[ -](\d{3,4})(?!\d|[.,]\d|\s?(?:%|[a-z]+s\b))/gu,
      (_, name: string, digits: string) => `${asWord[name] ?? letters(name)} ${nameNumber(digits, words)}`,
    )
    .replace(
      /(?<![\p{L}\p{N}.,])(?=[\p{L}\d-]{0,51}\p{L})(?=[\p{L}\d-]{0,51}\d)([\p{L}\d]{1,12}(?:-[\p{L}\d]{1,12}){0,3})(?![\p{L}\p{N}])/gu,
      (whole: string) => {
        if (/^\d+(?:s|st|nd|rd|th)(?:$|-)/.test(whole)) return whole
        const parts = whole.match(/\d+|\p{L}+/gu) ?? []
        if (parts.length > 7) return whole
        return parts
          .map(part => (/\d/.test(part) ? nameNumber(part, words) : spell(part)))
          .join(' ')
          .replace(/ s$/, 's')
      },
    )
}
