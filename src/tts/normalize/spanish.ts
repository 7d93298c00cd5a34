import {digitByDigit, groupsOfThree, monthNames, type SpokenLanguage, stripZeros} from './language.ts'

const small = (
  'cero uno dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince dieciséis diecisiete dieciocho ' +
  'diecinueve veinte veintiuno veintidós veintitrés veinticuatro veinticinco veintiséis veintisiete veintiocho veintinueve'
).split(' ')
const tens = 'cero diez veinte treinta cuarenta cincuenta sesenta setenta ochenta noventa'.split(' ')
const hundreds =
  'cero ciento doscientos trescientos cuatrocientos quinientos seiscientos setecientos ochocientos novecientos'.split(
    ' ',
  )
const months = monthNames('es', 'long')

const belowHundred = (value: number): string => {
  if (value < 30) return small[value] ?? ''
  const unit = value % 10
  return `${tens[Math.floor(value / 10)]}${unit === 0 ? '' : ` y ${small[unit]}`}`
}

const belowThousand = (value: number): string => {
  const rest = value % 100
  if (value === 100) return 'cien'
  if (value < 100) return belowHundred(rest)
  return `${hundreds[Math.floor(value / 100)]}${rest === 0 ? '' : ` ${belowHundred(rest)}`}`
}

/** Before a noun: "veintiún mil", "un millón". */
const short = (words: string): string => words.replace(/veintiuno$/, 'veintiún').replace(/uno$/, 'un')

const belowMillion = (value: number): string => {
  const [thousands, rest] = [Math.floor(value / 1000), value % 1000]
  const thousand = thousands === 0 ? '' : thousands === 1 ? 'mil' : `${short(belowThousand(thousands))} mil`
  return [thousand, rest === 0 ? '' : belowThousand(rest)].filter(word => word !== '').join(' ')
}

/** In steps of a million: mil millones is a thousand million. */
const scales = ['', 'millón', 'billón', 'trillón', 'cuatrillón']

const cardinal = (digits: string): string => {
  const threes = groupsOfThree(stripZeros(digits))
  if (threes.length > scales.length * 2) return digitByDigit(digits, spanish)
  if (threes.length % 2 === 1) threes.unshift(0)
  const steps = threes.length / 2
  const words = Array.from({length: steps}, (_, i) => {
    const value = (threes[2 * i] ?? 0) * 1000 + (threes[2 * i + 1] ?? 0)
    const scale = scales[steps - 1 - i] ?? ''
    if (value === 0) return ''
    if (scale === '') return belowMillion(value)
    return value === 1 ? `un ${scale}` : `${short(belowMillion(value))} ${scale.replace('ón', 'ones')}`
  }).filter(word => word !== '')
  return words.length === 0 ? 'cero' : words.join(' ')
}

const ordinals =
  'cero primero segundo tercero cuarto quinto sexto séptimo octavo noveno décimo undécimo duodécimo'.split(' ')
const ordinalTens =
  'cero décimo vigésimo trigésimo cuadragésimo quincuagésimo sexagésimo septuagésimo octogésimo nonagésimo'.split(' ')

/** To 99 as ordinals; beyond, people say the cardinal. */
const ordinal = (digits: string): string => {
  const value = Number(digits)
  if (value <= 12) return ordinals[value] ?? ''
  if (value > 99) return cardinal(digits)
  const unit = value % 10
  return `${ordinalTens[Math.floor(value / 10)]}${unit === 0 ? '' : ` ${ordinals[unit]}`}`
}

const year = (value: number): string => cardinal(String(value))

/** Numbers and signs in Spanish. */
export const spanish: SpokenLanguage = {
  separators: {group: '.', decimal: ','},
  cardinal,
  ordinal,
  year,
  month: number => months[number - 1] ?? '',
  decimals: digits =>
    digits.length <= 2 && !digits.startsWith('0') ? cardinal(digits) : digitByDigit(digits, spanish),
  date: ({day, month, year: inYear}) =>
    [
      day === 1 ? 'primero' : cardinal(String(day)),
      ...(month === undefined ? [] : [`de ${months[month - 1]}`]),
      ...(inYear === undefined ? [] : [`de ${year(inYear)}`]),
    ].join(' '),
  time: ({hours, minutes, seconds}) =>
    [
      cardinal(String(hours)).replace(/uno$/, 'una'),
      ...(minutes === 0 && seconds === undefined
        ? [hours === 1 ? 'hora' : 'horas']
        : [`y ${cardinal(String(minutes))}`]),
      ...(seconds === undefined ? [] : [`y ${cardinal(String(seconds))} segundos`]),
    ].join(' '),
  dayFirst: true,
  point: 'coma',
  minus: 'menos',
  plus: 'más',
  times: 'por',
  equals: 'igual a',
  dot: 'punto',
  at: 'arroba',
  and: 'y',
  percent: 'por ciento',
  number: 'número',
  about: 'unos',
  slash: 'barra',
  dash: 'guion',
  to: 'a',
  money: {
    $: {whole: ['dólar', 'dólares'], part: ['centavo', 'centavos']},
    '€': {whole: ['euro', 'euros'], part: ['céntimo', 'céntimos']},
    '£': {whole: ['libra', 'libras'], part: ['penique', 'peniques']},
    '¥': {whole: ['yen', 'yenes']},
  },
  moneyAnd: 'con',
  version: 'versión',
  over: 'sobre',
  oneBefore: noun =>
    /^(?:o|u|y|e|de|del|a|al|en|con|por|para|que|más|menos|es|son|entre|contra)$/.test(noun)
      ? undefined
      : /(?:a|ción|sión|dad|tad)$/.test(noun) && !/(?:ma|día|pa)$/.test(noun)
        ? 'una'
        : 'un',
  units: {
    km: ['kilómetro', 'kilómetros'],
    m: ['metro', 'metros'],
    cm: ['centímetro', 'centímetros'],
    mm: ['milímetro', 'milímetros'],
    kg: ['kilogramo', 'kilogramos'],
    g: ['gramo', 'gramos'],
    l: ['litro', 'litros'],
    h: ['hora', 'horas'],
    min: ['minuto', 'minutos'],
    s: ['segundo', 'segundos'],
    'km/h': ['kilómetro por hora', 'kilómetros por hora'],
    '°C': ['grado Celsius', 'grados Celsius'],
    '°': ['grado', 'grados'],
    'm²': ['metro cuadrado', 'metros cuadrados'],
    GB: ['gigabyte', 'gigabytes'],
    MB: ['megabyte', 'megabytes'],
  },
  ordinalMark: /(?<![\d.,])(\d{1,15})\.?[ºª]/gu,
}
