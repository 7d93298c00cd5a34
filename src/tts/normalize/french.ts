import {digitByDigit, groupsOfThree, monthNames, type SpokenLanguage, stripZeros} from './language.ts'

const small =
  'zéro un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize dix-sept dix-huit dix-neuf'.split(
    ' ',
  )
const tens = 'zéro dix vingt trente quarante cinquante soixante soixante quatre-vingt quatre-vingt'.split(' ')
const scales = ['', 'mille', 'million', 'milliard', 'billion', 'billiard', 'trillion']
const months = monthNames('fr', 'long')

const belowHundred = (value: number): string => {
  if (value < 20) return small[value] ?? ''
  const ten = Math.floor(value / 10)
  // Seventy and ninety count on from sixty and eighty.
  const rest = ten === 7 || ten === 9 ? value - (ten - 1) * 10 : value % 10
  if (value === 80) return 'quatre-vingts'
  if (rest === 0) return tens[ten] ?? ''
  const and = (rest === 1 || rest === 11) && ten < 8
  return `${tens[ten]}${and ? ' et ' : '-'}${small[rest]}`
}

const belowThousand = (value: number, last: boolean): string => {
  const [hundreds, rest] = [Math.floor(value / 100), value % 100]
  if (hundreds === 0) return last ? belowHundred(rest) : belowHundred(rest).replace(/vingts$/, 'vingt')
  const hundred = hundreds === 1 ? 'cent' : `${small[hundreds]} cent${rest === 0 && last ? 's' : ''}`
  return rest === 0 ? hundred : `${hundred} ${belowHundred(rest)}`
}

const cardinal = (digits: string): string => {
  const groups = groupsOfThree(stripZeros(digits))
  if (groups.length > scales.length) return digitByDigit(digits, french)
  const words = groups.flatMap((group, i) => {
    const scale = groups.length - 1 - i
    if (group === 0) return []
    if (scale === 0) return [belowThousand(group, true)]
    if (scale === 1) return [group === 1 ? 'mille' : `${belowThousand(group, false)} mille`]
    return [`${belowThousand(group, true)} ${scales[scale]}${group > 1 ? 's' : ''}`]
  })
  return words.length === 0 ? 'zéro' : words.join(' ')
}

const ordinal = (digits: string): string => {
  if (stripZeros(digits) === '1') return 'premier'
  const word = cardinal(digits).replace(/(cent|vingt|million|milliard)s$/, '$1')
  if (word.endsWith('cinq')) return `${word}uième`
  if (word.endsWith('neuf')) return `${word.slice(0, -1)}vième`
  return `${word.replace(/e$/, '')}ième`
}

const year = (value: number): string => cardinal(String(value))

/** Things people count that are feminine; before all others a one is "un". */
const feminineNoun =
  /^(?:heure|minute|seconde|semaine|année|personne|fois|nuit|page|place|table|question|tasse|bouteille|carte|lettre|chambre|voiture|maison|femme|fille|journée|étoile|chose|\p{L}+(?:tion|sion|té|ette|ance|ence))$/u

/** Numbers and signs in French. */
export const french: SpokenLanguage = {
  separators: {group: ' ', decimal: ','},
  cardinal,
  ordinal,
  year,
  month: number => months[number - 1] ?? '',
  decimals: digits => (digits.length <= 3 && !digits.startsWith('0') ? cardinal(digits) : digitByDigit(digits, french)),
  date: ({day, month, year: inYear}) =>
    [
      day === 1 ? 'premier' : cardinal(String(day)),
      ...(month === undefined ? [] : [months[month - 1]]),
      ...(inYear === undefined ? [] : [year(inYear)]),
    ].join(' '),
  time: ({hours, minutes, seconds}) =>
    [
      `${feminine(cardinal(String(hours)))} heure${hours > 1 ? 's' : ''}`,
      ...(minutes === 0 && seconds === undefined ? [] : [feminine(cardinal(String(minutes)))]),
      ...(seconds === undefined ? [] : [`et ${feminine(cardinal(String(seconds)))} seconde${seconds > 1 ? 's' : ''}`]),
    ].join(' '),
  dayFirst: true,
  point: 'virgule',
  minus: 'moins',
  plus: 'plus',
  times: 'fois',
  equals: 'égale',
  dot: 'point',
  at: 'arobase',
  and: 'et',
  percent: 'pour cent',
  number: 'numéro',
  about: 'environ',
  slash: 'barre oblique',
  dash: 'tiret',
  to: 'à',
  money: {
    $: {whole: ['dollar', 'dollars'], part: ['cent', 'cents']},
    '€': {whole: ['euro', 'euros'], part: ['centime', 'centimes']},
    '£': {whole: ['livre', 'livres'], part: ['penny', 'pence']},
    '¥': {whole: ['yen', 'yens']},
  },
  moneyAnd: '',
  version: 'version',
  over: 'sur',
  oneBefore: noun => (feminineNoun.test(noun) ? 'une' : undefined),
  units: {
    km: ['kilomètre', 'kilomètres'],
    m: ['mètre', 'mètres'],
    cm: ['centimètre', 'centimètres'],
    mm: ['millimètre', 'millimètres'],
    kg: ['kilogramme', 'kilogrammes'],
    g: ['gramme', 'grammes'],
    l: ['litre', 'litres'],
    h: ['heure', 'heures'],
    min: ['minute', 'minutes'],
    s: ['seconde', 'secondes'],
    'km/h': ['kilomètre par heure', 'kilomètres par heure'],
    '°C': ['degré Celsius', 'degrés Celsius'],
    '°': ['degré', 'degrés'],
    'm²': ['mètre carré', 'mètres carrés'],
    Go: ['gigaoctet', 'gigaoctets'],
    Mo: ['mégaoctet', 'mégaoctets'],
  },
  ordinalMark: /(?<![\d.,])(\d{1,15})(?:ers?|re|ère|e|ème|es|nde?)(?![\p{L}\p{N}])/giu,
}

const feminine = (words: string): string => words.replace(/\bun$/, 'une')
