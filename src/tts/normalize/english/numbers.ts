import {digitByDigit, type SpokenLanguage} from '../language.ts'

const groups = (digits: string, words: SpokenLanguage): string =>
  digits
    .split(/[^\d]+/)
    .filter(group => group !== '')
    .map(group => digitByDigit(group, words))
    .join(', ')

/** Telephone numbers: digit by digit, with a breath between the groups. */
export const phonesToWords = (text: string, words: SpokenLanguage): string =>
  text
    // +1 (555) 123-4567, +49 30 1234567
    .replace(/(?<![\d\p{L}])\+(\d{1,3}(?:[ ./-]?\(?\d{1,5}\)?){2,6})(?!\d)/gu, (whole, digits: string) =>
      digits.replace(/\D/g, '').length < 7 ? whole : `${words.plus} ${groups(digits, words)}`,
    )
    // (555) 123-4567, 555-123-4567, 555.123.4567
    .replace(
      /(?<![\d\p{L}.,-])(\(\d{3}\) ?\d{3}[-. ]\d{4}|\d{3}[-.]\d{3}[-.]\d{4}|\d{3}-\d{4}|1-\d{3}-\d{3}-\d{4})(?![\d-])/gu,
      digits => groups(digits, words),
    )
    // 0171 1234567, (020) 7946 0958, 01 23 45 67 89
    .replace(/(?<![\d\p{L}.,/-])\(?0\d{1,5}\)?[ /-]\d{2,8}(?:[ -]\d{2,8}){0,5}(?![\d/-]|[.,:]\d)/gu, digits =>
      digits.replace(/\D/g, '').length < 7 ? digits : groups(digits, words),
    )
    // A credit card, a tracking number: not quadrillions.
    .replace(/(?<![\d\p{L}.,-])\d{4}(?:[ -]\d{4}){2,4}(?![\d-])/gu, digits => groups(digits, words))

/** `1.2` with a word for its dots. */
const dotted = (parts: string, by: string, words: SpokenLanguage): string =>
  parts
    .split('.')
    .map(part => (/^\d+$/.test(part) ? words.cardinal(part) : part))
    .join(` ${by} `)

/** Addresses of machines and versions that say so, in any language: 192.168.1.1, v2.1, Version 2.0. */
export const namedVersionsToWords = (text: string, words: SpokenLanguage, by: string): string =>
  text
    // Not 1.234.567.890, where a dot stands between thousands.
    .replace(
      /(?<![\d.])(?!\d{1,3}(?:\.\d{3}){3}(?!\d))(\d{1,3}(?:\.\d{1,3}){3})(?![\d.]*\d)(?:\/(\d{1,3})(?![\d/]))?/g,
      (_, parts: string, mask?: string) =>
        dotted(parts, words.dot, words) + (mask === undefined ? '' : ` ${words.slash} ${words.cardinal(mask)}`),
    )
    .replace(
      /(?<![\p{L}\p{N}.])v(\d{1,5}(?:\.\d{1,5}){0,4})(?!\d)/giu,
      (_, parts: string) => `${words.version} ${dotted(parts, by, words)}`,
    )
    .replace(
      /(?<!\p{L})(versi[oó]n) (\d{1,5}(?:\.\d{1,5}){1,4})(?!\d)/giu,
      (_, name: string, parts: string) => `${name} ${dotted(parts, by, words)}`,
    )

/** The same in English, where a dot between numbers is no separator: also 1.2.3 alone. */
export const versionsToWords = (text: string, words: SpokenLanguage): string =>
  namedVersionsToWords(text, words, words.point).replace(
    /(?<![\d.,])(\d{1,5}(?:\.\d{1,5}){2,4})(?![\d.]*\d)/g,
    (_, parts: string) => dotted(parts, words.point, words),
  )

const before =
  '(?:[Ii]n|[Ss]ince|[Uu]ntil|[Bb]y|[Bb]efore|[Aa]fter|[Ff]rom|[Oo]f|[Dd]uring|[Yy]ear|[Ss]ummer|[Ww]inter|[Ss]pring|[Ff]all|[Aa]utumn|[Cc]irca|©|copyright)'
const firmly = '(?:[Ii]n|[Ss]ince|[Uu]ntil|[Bb]efore|[Aa]fter|[Yy]ear|[Cc]irca)'
const noun =
  '(?!,\\d|\\.\\d|%| ?[a-z]{2,}(?<!\\b(?:was|is|has|as|its|this|ends|does|starts|begins|brings|across|plus|versus|unless|perhaps|always))s\\b| (?:people|men|women|children|percent|million|of (?:the|them|these)))'

/** A tens with an s is a decade, or an age, after these and before those; else it is seconds. */
const tens = "(?:['’]?[2-9]0['’]?s)"
const decadesAfter = `(?<=\\b(?:[Tt]he|[Hh]is|[Hh]er|[Tt]heir|[Mm]y|[Yy]our|[Oo]ur|[Ee]arly|[Mm]id|[Ll]ate|low|high|upper|lower)[ -](?:(?:early|mid|late|low|high|upper|lower|mid-to-late)[ -])?)`
const decadesBefore =
  '(?= (?:music|pop|rock|disco|hits?|songs?|bands?|fashion|styles?|movies?|films?|shows?|sitcoms?|kids?|nostalgia|era|vibes?)\\b)'
const timed =
  '(?![\\p{L}\\p{N}]|[ -](?:timeouts?|timers?|marks?|limits?|delays?|windows?|intervals?|countdowns?|clips?|videos?|ads?|spots?|breaks?|pauses?|waits?)\\b)'
const decadeRow = new RegExp(
  `(?:${decadesAfter}${tens}|(?<![\\p{L}\\p{N}.,:-])${tens}${decadesBefore})${timed}(?:(?:,| and| or| to|, and|[-–])? ?${tens}${timed}){0,4}`,
  'gu',
)

/** Decades: "1990s", "'80s", "the 80s and 90s", "in her 20s". */
export const decadesToWords = (text: string, words: SpokenLanguage): string =>
  text
    .replace(/(?<![\d.,$€£¥])(1\d{2}0|20\d0)['’]?s\b/g, (_, digits: string) => plural(words.year(Number(digits))))
    .replace(decadeRow, row =>
      row
        .replace(/[-–]/g, ` ${words.to} `)
        .replace(/['’]?(\d0)['’]?s/g, (_, digits: string) => plural(words.cardinal(digits))),
    )
    .replace(/(?<![\d\p{L}])['’](\d0)s\b/gu, (_, digits: string) => plural(words.cardinal(digits)))

/** Years: "in 1984", "1914–1918", and any other 19xx and 20xx that does not count things. */
export const yearsToWords = (text: string, words: SpokenLanguage): string => {
  const year = (digits: string): string => words.year(Number(digits))
  return (
    text
      .replace(
        /(?<![\d.,$€£¥-])(1[1-9]\d{2}|20\d{2})\s?[-–—]\s?(1[1-9]\d{2}|20\d{2})(?![\d-]|[.,]\d)/g,
        (_, from: string, to: string) => `${year(from)} ${words.to} ${year(to)}`,
      )
      // 1066; 1000 and 1024 count things more often.
      .replace(
        new RegExp(`\\b(${firmly}) (10(?!24)[1-9]\\d)\\b${noun}`, 'g'),
        (_, word: string, digits: string) => `${word} ${year(digits)}`,
      )
      .replace(
        new RegExp(`\\b(${before}) (1[1-9]\\d{2}|20\\d{2})\\b${noun}`, 'g'),
        (_, word: string, digits: string) => `${word} ${year(digits)}`,
      )
      .replace(
        new RegExp(
          `(?<![\\d.,:/$€£¥#+*×=<>~-]|[-+*×=<>] )\\b(19\\d{2}|20\\d{2})\\b(?!\\s?[-+*×=/<>:]|[ ]?[°²³])${noun}`,
          'g',
        ),
        (_, digits: string) => year(digits),
      )
  )
}

const plural = (words: string): string => (words.endsWith('y') ? `${words.slice(0, -1)}ies` : `${words}s`)

/** Ratios and scores: 16:9, 3:2. */
export const ratiosToWords = (text: string, words: SpokenLanguage): string =>
  text.replace(
    /(?<![\d:.,])(\d{1,4}):(\d{1,4})(?![\d:])/g,
    (_, a: string, b: string) => `${words.cardinal(a)} ${words.to} ${words.cardinal(b)}`,
  )

/** What has to be read before the numbers beside it are words. */
const mathSigns: [RegExp, string][] = [
  [/(?<=\d) ?h ?([0-5]?\d)(?: ?m(?:in)?)?(?![\p{L}\p{N}])/gu, ' h $1 min'],
  [/(?<!\d)(\d{1,2})['′] ?(\d{1,2})["″]/g, '$1 ft $2 in'],
  [/(?<=\d) ?[x×] ?(?=\d{2})/g, ' by '],
  [/(?<=\d) \/ (?=\d)/g, ' divided by '],
  [/(?<![\p{L}\p{N}] ?)> ?(?=\d)/gu, 'more than '],
  [/(?<![\p{L}\p{N}] ?)< ?(?=\d)/gu, 'less than '],
  // AC/DC, TCP/IP, I/O.
  [/(?<![\p{L}\p{N}/])([A-Z]{1,5})\/(?=[A-Z]{1,5}(?![\p{L}\p{N}/]))/gu, '$1 '],
  [/\band\/or\b/g, 'and or'],
  [/(?:~|≈)\s?(?=[$€£¥]?\d)/g, 'about '],
  [/(?<=[\p{L}\p{N})])\^2\b/gu, ' squared'],
  [/(?<=[\p{L}\p{N})])\^3\b/gu, ' cubed'],
  [/(?<=[\p{L}\p{N})])\^(?=[\d(])/gu, ' to the power of '],
  [/(?<=\d) [-−] (?=\d+(?:\.\d+)? =)/g, ' minus '],
  [/(?<=\d) ?(?:ft|feet) (\d{1,2}) ?in\b\.?/g, ' feet $1 inches'],
]

/** Signs whose reading hangs on the digits beside them. */
export const mathToWords = (text: string): string =>
  mathSigns.reduce((spoken, [sign, word]) => spoken.replace(sign, word), text)

const signs: [RegExp, string][] = [
  [/\s?&\s?/g, ' and '],
  [/ ?(?:[→⇒➜]|[-=]>) ?/g, ', '],
  [/\b([CFJ])#/g, '$1 sharp'],
  [/\bC\+\+/g, 'C plus plus'],
  [/\s?(?:≥|>=)\s?/g, ' greater than or equal to '],
  [/\s?(?:≤|<=)\s?/g, ' less than or equal to '],
  [/\s?(?:≠|!=)\s?/g, ' not equal to '],
  [/\s?≈\s?/g, ' about '],
  [/\s?±\s?/g, ' plus or minus '],
  [/\s?÷\s?/g, ' divided by '],
  [/√\s?/g, 'the square root of '],
  [/∞/g, 'infinity'],
  [/π/g, 'pi'],
  [/(?<=[\p{L}\p{N})])\s?²/gu, ' squared'],
  [/(?<=[\p{L}\p{N})])\s?³/gu, ' cubed'],
  [/(?<=[\p{L}\p{N})])\^2\b/gu, ' squared'],
  [/(?<=[\p{L}\p{N})])\^(?=\d)/gu, ' to the power of '],
  [/(?<=[\p{L}\p{N}])\s<\s(?=[\p{L}\p{N}])/gu, ' less than '],
  [/(?<=[\p{L}\p{N}])\s>\s(?=[\p{L}\p{N}])/gu, ' greater than '],
  [/(?<=[\p{L}\p{N}])\s=\s(?=[\p{L}\p{N}])/gu, ' equals '],
  [/(?<=[\p{L}\p{N}])\s\+\s(?=[\p{L}\p{N}])/gu, ' plus '],
  [/(?<=[\p{L}\p{N}])\s?×\s?(?=[\p{L}\p{N}])/gu, ' times '],
  [/©/g, ' copyright '],
  [/®/g, ' registered '],
  [/™/g, ' trademark '],
  [/§\s?/g, 'section '],
  [/‰/g, ' per mille'],
  [/%/g, ' percent '],
  [/°/g, ' degrees '],
  [/@/g, ' at '],
  [/[#]/g, ' number '],
  [/\$/g, ' dollar '],
  [/€/g, ' euro '],
  [/£/g, ' pound '],
  [/¥/g, ' yen '],
  [/\s?¢/g, ' cents'],
  [/(?<=\p{L})\/(?=(?:second|minute|hour|day|night|week|month|year|person|head|user|piece)(?!\p{L}))/gu, ' per '],
  [/(?<=\p{L})\/(?=\p{L})/gu, ' or '],
  [/\//g, ' '],
  [/\+/g, ' plus '],
  [/=/g, ' equals '],
]

/** Signs that have a name in English. */
export const signsToWords = (text: string): string =>
  signs.reduce((spoken, [sign, word]) => spoken.replace(sign, word), text)
