import {numberWords} from './amounts.ts'
import {asWord, letters} from './english/words.ts'
import {digitByDigit, type SpokenLanguage} from './language.ts'
import {codes} from './money.ts'

const emergency = '(?:911|999|112)'
const service = '(?:000|10[018]|11[0-9]|[2-8]11|988)'
/** What one dials. Of the services only where no thing is counted: "call 110 people". */
const called = new RegExp(
  `\\b((?:[Cc]all|[Dd]ial|[Pp]hone|[Tt]ext)(?:l?ed|l?ing|d|s)? |[Rr]ing |[Rr]ang )((?:${emergency}|${service}(?! (?:people|men|women|children|\\p{Ll}{3,}s)\\b))(?:(?: or |, |/)(?:${emergency}|${service}))?)(?![\\d\\p{L}%]|[-.,:/]\\d)`,
  'gu',
)
const emergencyCall = /(?<![\d\p{L}.,:/$€£#-])911(?= (?:calls?|callers?|operators?|dispatchers?|emergency)\b)/gu
const offset = /(?<![\p{L}\p{N}])(UTC|GMT) ?([-−+])(\d{1,2})(?::?([0-5]\d))?(?![\d\p{L}:]|\.\d)/gu
const scientific = /(?<![\p{L}\p{N}.,])(\d{1,20}(?:\.\d{1,20})?)(?:[eE]([-−+])|e)(\d{1,3})(?![\p{L}\p{N}]|\.\d)/gu
/** GPT-3.5, Qwen2.5, PM2.5 */
const named = /(?<![\p{L}\p{N}.$-])(\p{L}{2,12})-?(\d{1,2}\.\d{1,2})(?![\p{L}\p{N}]|\.[\p{L}\p{N}])/gu
const rest = '(?![\\p{L}\\p{N}/²³]|-\\p{L})'
const things =
  '(?: (?:people|users|followers|subscribers|viewers|customers|members|fans|employees|workers|jobs|views|likes|stars|downloads|visits|visitors|copies|sales|dollars|euros|tokens|words|parameters|rows|records|requests|messages|households|tons|tonnes)\\b)'
const magnitude = new RegExp(
  `(?<![\\p{L}\\p{N}.,]|\\p{L}[-])(\\d{1,3}(?:,\\d{3})?)(?:(\\.\\d{1,3}) ?(K|k|M|mn|B|bn|tn)${rest}| ?(mn|bn|tn)${rest}|(K|k|M|B)(?=${things}))`,
  'gu',
)
const magnitudeWords: Record<string, string> = {
  K: 'thousand',
  k: 'thousand',
  M: 'million',
  mn: 'million',
  B: 'billion',
  bn: 'billion',
  tn: 'trillion',
}

/** Short ways to write numbers: "call 911", UTC+2, 1e-5, 10^-3, GPT-3.5, a 27" monitor. */
export const notationsToWords = (text: string, words: SpokenLanguage): string =>
  inchesToWords(text)
    .replace(called, (_, verb: string, numbers: string) => verb + eachDigit(numbers.replace('/', ' or '), words))
    .replace(emergencyCall, digits => digitByDigit(digits, words))
    .replace(offset, (_, zone: string, sign: string, hours: string, minutes?: string) => {
      const shift = `${letters(zone)} ${sign === '+' ? words.plus : words.minus} ${words.cardinal(hours)}`
      return minutes === undefined || minutes === '00' ? shift : `${shift} ${words.cardinal(minutes)}`
    })
    .replace(
      scientific,
      (_, number: string, sign: string | undefined, power: string) =>
        `${number} ${words.times} ten to the ${sign === undefined || sign === '+' ? '' : `${words.minus} `}${power}`,
    )
    .replace(/(?<=[\p{L}\p{N})])\^[-−](?=\d)/gu, ` to the ${words.minus} `)
    .replace(named, (whole: string, name: string, version: string) => {
      if (codes[name]) return whole
      const spelt = /^[A-Z]{2,4}$/.test(name) ? (asWord[name] ?? letters(name)) : name
      return `${spelt} ${numberWords(version, words)}`
    })

const eachDigit = (numbers: string, words: SpokenLanguage): string =>
  numbers.replace(/\d+/g, digits => digitByDigit(digits, words))

/** "1.5M users", "2.3K stars", "1.2bn". "4K" alone is a name. */
export const magnitudesToWords = (text: string, words: SpokenLanguage): string =>
  text.replace(magnitude, (_, whole: string, part = '', ...sizes: (string | undefined)[]) => {
    const size = sizes.slice(0, 3).find(one => one !== undefined) ?? ''
    return `${numberWords(whole + part, words)} ${magnitudeWords[size]}`
  })

const afterInches = /^ (?:of|or|and|is|are|was|were|wide|tall|high|long|deep|thick|in|by|x|on|to|from|at|the|a)\b/

/** `27"`: inches, where no quotation is open that the mark could close. */
const inchesToWords = (text: string): string => {
  let open = false
  return text.replace(/["″]/g, (mark: string, at: number) => {
    const before = text.slice(Math.max(0, at - 4), at)
    const after = text.slice(at + 1, at + 12)
    const inches = /[\d½¼¾]$/.test(before) && !/^[\p{L}\p{N}]/u.test(after) && !/['′] ?\d{1,2}$/.test(before)
    if (!inches || (mark === '"' && open)) {
      if (mark === '"' && !/['′] ?\d{1,2}$/.test(before)) open = !open
      return mark
    }
    const thing = /^[ -]\p{L}/u.test(after) && !afterInches.test(after)
    return thing || /(?:^|[^\d.])1$/.test(before) ? ' inch' : ' inches'
  })
}
