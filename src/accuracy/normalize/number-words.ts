const ones =
  'one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen'
const tens = 'twenty thirty forty fifty sixty seventy eighty ninety'
const multipliers =
  'thousand million billion trillion quadrillion quintillion sextillion septillion octillion nonillion decillion'

/** A number at the end of which nothing can be added: `s` of "twenties", `th` of "sixth". */
export interface EndedNumber {
  value: bigint
  ending: string
}

const onesEntries = ones.split(' ').map((name, index) => [name, BigInt(index + 1)] as const)
const tensEntries = tens.split(' ').map((name, index) => [name, BigInt(10 * (index + 2))] as const)
const multiplierEntries = [
  ['hundred', 100n] as const,
  ...multipliers.split(' ').map((name, index) => [name, 1000n ** BigInt(index + 1)] as const),
]

const irregularOrdinals: Record<string, [ordinal: string, ending: string]> = {
  one: ['first', 'st'],
  two: ['second', 'nd'],
  three: ['third', 'rd'],
  five: ['fifth', 'th'],
  twelve: ['twelfth', 'th'],
}
const ordinalOf = (name: string): [ordinal: string, ending: string] =>
  irregularOrdinals[name] ?? [`${name.replace(/y$/, 'ie')}${name.endsWith('t') ? 'h' : 'th'}`, 'th']
const pluralOf = (name: string): string => (name === 'six' ? 'sixes' : `${name.replace(/y$/, 'ie')}s`)

const ended = (entries: readonly (readonly [string, bigint])[]): Map<string, EndedNumber> =>
  new Map(
    entries.flatMap(([name, value]) => {
      const [ordinal, ending] = ordinalOf(name)
      return [[pluralOf(name), {value, ending: 's'}] as const, [ordinal, {value, ending}] as const]
    }),
  )

/** The words of English numbers. "o" is a digit: "one o one". */
export const numberWords = {
  zeros: new Set(['o', 'oh', 'zero']),
  ones: new Map(onesEntries),
  endedOnes: ended(onesEntries).set('zeroth', {value: 0n, ending: 'th'}),
  tens: new Map(tensEntries),
  endedTens: ended(tensEntries),
  multipliers: new Map(multiplierEntries),
  endedMultipliers: ended(multiplierEntries),
  signs: new Map(Object.entries({minus: '-', negative: '-', plus: '+', positive: '+'})),
  currencies: new Map(
    Object.entries({
      pound: '£',
      pounds: '£',
      euro: '€',
      euros: '€',
      dollar: '$',
      dollars: '$',
      cent: '¢',
      cents: '¢',
    }),
  ),
  percent: new Set(['per', 'percent']),
  joining: new Set(['and', 'double', 'triple', 'point']),
}

const all = new Set(Object.values(numberWords).flatMap(words => [...words.keys()]))

/** Whether a word can be part of a number that is written in words. */
export const isNumberWord = (word: string | undefined): boolean => word !== undefined && all.has(word)
