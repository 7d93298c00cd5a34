import {digitByDigit, type SpokenLanguage} from '../language.ts'
import type {Pass} from '../pass.ts'
import {letters} from './words.ts'

// Every repetition has a bound: hostile text must not take quadratic time.

/** A code, sign by sign, with a breath where it is parted: `48213`, `XK4-9Q`. */
const spelt = (code: string, words: SpokenLanguage): string =>
  code
    .split(/[\s-]+/)
    .map(group =>
      (group.match(/\d+|\p{L}+/gu) ?? [])
        .map(part => (/\d/.test(part) ? digitByDigit(part, words) : letters(part)))
        .join(' '),
    )
    .filter(group => group !== '')
    .join(', ')

/** USPS Publication 28, appendix B. */
const states: Record<string, string> = Object.fromEntries(
  (
    'AL Alabama,AK Alaska,AZ Arizona,AR Arkansas,CA California,CO Colorado,CT Connecticut,DE Delaware,DC D-C,FL Florida,GA Georgia,' +
    'HI Hawaii,ID Idaho,IL Illinois,IN Indiana,IA Iowa,KS Kansas,KY Kentucky,LA Louisiana,ME Maine,MD Maryland,MA Massachusetts,' +
    'MI Michigan,MN Minnesota,MS Mississippi,MO Missouri,MT Montana,NE Nebraska,NV Nevada,NH New Hampshire,NJ New Jersey,' +
    'NM New Mexico,NY New York,NC North Carolina,ND North Dakota,OH Ohio,OK Oklahoma,OR Oregon,PA Pennsylvania,PR Puerto Rico,' +
    'RI Rhode Island,SC South Carolina,SD South Dakota,TN Tennessee,TX Texas,UT Utah,VT Vermont,VA Virginia,WA Washington,' +
    'WV West Virginia,WI Wisconsin,WY Wyoming'
  )
    .split(',')
    .map(entry => [entry.slice(0, 2), entry.slice(3)]),
)
/** Only after a comma: "call OK 12345" names no state. */
const wordsToo = new Set('AL HI ID IN LA MA ME MI OH OK OR PA'.split(' '))
const zip = new RegExp(
  `(?<=\\p{Ll}(,)? )(${Object.keys(states).join('|')}),? (\\d{5}(?:-\\d{4})?)(?![\\d-]|[.,]\\d)`,
  'gu',
)

/** ISO 2108 and 3297: groups parted by hyphens or blanks, X as a last digit. */
const book = /\b(ISBN|ISSN)((?:-1[03])?(?: (?:is|number))?:? ?)((?:\d[ -]?){7,12}[\dXx])(?![\p{L}\p{N}-])/gu
const socialSecurity = /(?<![\p{L}\p{N}.,/-])\d{3}-\d{2}-\d{4}(?![\p{L}\p{N}-])/gu

const kept =
  '[Oo]rder|[Tt]icket|[Cc]ase|[Ii]nvoice|[Tt]racking|[Cc]onfirmation|[Rr]ef(?:erence|\\.)?|[Aa]ccount|[Bb]ooking|[Rr]eservation|[Ss]erial|[Pp]olicy|[Cc]laim|[Mm]ember|[Mm]embership|[Cc]ustomer|[Ee]mployee|[Ss]tudent|[Pp]atient|[Pp]art|[Cc]ard|[Rr]outing|[Pp]assport|[Ll]icense|[Vv]erification|[Ss]ecurity|[Aa]ccess|[Pp]romo|[Dd]iscount|[Pp]roduct|[Ii]tem|[Rr]oom [Cc]ode'
const called = '(?: (?:[Nn]umber|[Nn]o\\.?|[Cc]ode|ID))'
const alone =
  'ID|PIN(?: code)?|OTP|CVV|CVC|[Pp]asscode|[Pp]ostcode|[Pp]ostal code|ZIP(?: code)?|[Zz]ip code|[Aa]rea code|[Ee]xtension|ext\\.'
const says = '(?: is| was|:)?'
/** "order #48213", "confirmation code: XK4P9Q", "PIN 4242": a number where something says that it is a name. */
const labelled = new RegExp(
  `(?<![\\p{L}\\p{N}])((?:${kept})(?:${called}${says} ?#? ?|:? ?# ?)|(?:${alone})${says} ?#? ?)((?=[A-Z-]{0,11}\\d)[A-Z\\d]{1,24}(?:-[A-Z\\d]{1,12}){0,5})(?![\\p{L}\\p{N}%]|[.,:/]\\d| (?:million|billion))`,
  'gu',
)
const digitsOfCard =
  /(?<=\b(?:[Cc]ard|[Aa]ccount|[Nn]umber|[Pp]hone|Visa|Mastercard|MasterCard|Amex)\b[^.!?]{0,40}\b(?:ends?|ending|ended) (?:in|with) )\d{3,5}(?![\d,.]\d|\d)/gu
const lastDigits = /(?<=\blast (?:four|4|three|3) (?:digits )?(?:are|is|of|:)? ?)\d{3,4}(?![\d,.]\d|\d)/g
/** ISO/IEC 7813: month and year. Without a card "9/27" may be the 27th of September. */
const expiry =
  /\b((?:[Ee]xp(?:ir(?:es|y|ation|ing|ed))?\.?|[Vv]alid (?:thru|through|until|to))(?: date)?(?: (?:is|on|in))?:? )(0?[1-9]|1[0-2])\/(20\d\d|\d\d)(?![\d/])/g

const expiries = (text: string, words: SpokenLanguage): string =>
  text.replace(expiry, (_, before: string, month: string, last: string, at: number, all: string) => {
    const ofCard =
      Number(last) > 31 ||
      /\d{4}|\b(?:card|Visa|Mastercard|MasterCard|Amex|CVV)\b/i.test(all.slice(Math.max(0, at - 60), at)) ||
      /thru|Exp\.|exp\./.test(before)
    const said = before.replace(/\b([Ee]x)p\.? $/, '$1pires ').replace('thru', 'through')
    return ofCard
      ? `${said}${words.month(Number(month))} ${words.year(Number(last.padStart(4, '20')))}`
      : `${said}${words.date({day: Number(last), month: Number(month)})}`
  })

/** Numbers that are names: sign by sign, as people dictate them. */
export const codePasses: Pass[] = [
  {
    name: 'ZIP codes',
    example: 'Beverly Hills, CA 90210',
    read: (text, words) =>
      text.replace(zip, (whole: string, comma: string | undefined, state: string, code: string) =>
        comma === undefined && wordsToo.has(state) ? whole : `${states[state]} ${spelt(code, words)}`,
      ),
  },
  {
    name: 'book numbers',
    example: 'ISBN 978-3-16-148410-0',
    read: (text, words) =>
      text.replace(
        book,
        (_, kind: string, between: string, code: string) =>
          `${letters(kind)}${between.replace(/-(1[03])/, ' $1')}${spelt(code, words)}`,
      ),
  },
  {
    name: 'social security numbers',
    example: '123-45-6789',
    read: (text, words) => text.replace(socialSecurity, code => spelt(code, words)),
  },
  {
    name: 'order numbers and the like',
    example: 'order #48213',
    read: (text, words) =>
      text.replace(labelled, (whole: string, label: string, code: string) => {
        // "room code 12" is a number; so are two digits anywhere.
        if (code.replace(/\D/g, '').length < 3 && /^\d+$/.test(code)) return whole
        const said = label
          .replace(/ ?# ?/, /[Nn]umber|[Nn]o\.?|[Cc]ode|ID/.test(label) ? ' ' : ' number ')
          .replace(/ No\.? | no\.? /, ' number ')
        return `${said.replace(/\bext\. ?/, 'extension ')}${spelt(code, words)}`
      }),
  },
  {
    name: 'digits of cards',
    example: 'the card ends in 4242',
    read: (text, words) =>
      text
        .replace(digitsOfCard, digits => digitByDigit(digits, words))
        .replace(lastDigits, digits => digitByDigit(digits, words)),
  },
  {name: 'expiry dates', example: 'exp. 09/27', read: expiries},
]
