import {isDate} from '../dates.ts'
import type {SpokenLanguage} from '../language.ts'

/** With the dot, as they stand in a text. What the voice reads as it should is not listed. */
const abbreviations: Record<string, string> = {
  'z.B.': 'zum Beispiel',
  'z. B.': 'zum Beispiel',
  'd.h.': 'das heißt',
  'd. h.': 'das heißt',
  'u.a.': 'unter anderem',
  'u. a.': 'unter anderem',
  'usw.': 'und so weiter',
  'bzw.': 'beziehungsweise',
  'ca.': 'circa',
  'evtl.': 'eventuell',
  'ggf.': 'gegebenenfalls',
  'inkl.': 'inklusive',
  'vgl.': 'vergleiche',
  'Nr.': 'Nummer',
  'Str.': 'Straße',
  'Dr.': 'Doktor',
  'Prof.': 'Professor',
  'Hr.': 'Herr',
  'St.': 'Sankt',
  'Tel.': 'Telefon',
  'Std.': 'Stunden',
  'Min.': 'Minuten',
  'MwSt.': 'Mehrwertsteuer',
  'Mio.': 'Millionen',
  'Mrd.': 'Milliarden',
  'Tsd.': 'Tausend',
  'Jh.': 'Jahrhundert',
  'v. Chr.': 'vor Christus',
  'n. Chr.': 'nach Christus',
  'Kap.': 'Kapitel',
  'Abb.': 'Abbildung',
  'Ziff.': 'Ziffer',
  'zzgl.': 'zuzüglich',
  'exkl.': 'exklusive',
  'bspw.': 'beispielsweise',
  'geb.': 'geboren',
}
const abbreviation = new RegExp(
  `(?<![\\p{L}.])(${Object.keys(abbreviations)
    .map(name => name.replaceAll('.', '\\.'))
    .join('|')})(?!\\p{L})`,
  'gu',
)

/** Nouns whose gender an ordinal or a one shows; all others count as masculine. */
const feminine =
  /^(?:Liga|Klasse|Runde|Etage|Hilfe|Auflage|Halbzeit|Woche|Stunde|Minute|Sekunde|Person|Seite|Reihe|Stufe|Phase|Frau|Stelle|Hälfte|Strophe|Reise|Nacht|Frage|Wahl|Zeile|Datei|Nachricht|Tasse|Flasche|Million|Milliarde|\p{L}+(?:ung|heit|keit|schaft|ion|tät|erei))$/u
const neuter =
  /^(?:Kapitel|Mal|Quartal|Semester|Halbjahr|Jahr|Jahrhundert|Jahrzehnt|Buch|Bild|Tor|Viertel|Spiel|Kind|Haus|Stockwerk|Obergeschoss|Rennen|Ergebnis|Lied|Stück|Glas|Bier|Zimmer|Ticket|Fahrzeug|Beispiel|Problem|\p{L}+(?:chen|lein|ment))$/u

/** Words after which an ordinal ends in -n: prepositions that hold an article, and articles of an oblique case. */
const oblique =
  /(?:^|[\s(])(?:am|im|zum|zur|beim|vom|den|dem|des|einem|einer|eines|einen|(?:[msd]ein|ihr|unser|kein|dies|jed|jen)e[mnrs]|ab|bis|seit|(?:in|an|auf|aus|bei|mit|nach|von|vor|zu|unter|über|während|wegen|nach)\s+der)\s$/i
/** Words after which it ends in -e. */
const definite =
  /(?:^|[\s(])(?:der|die|das|diese[rs]?|jede[rs]?|jene[rs]?|eine|(?:[msd]ein|ihr|unser|kein)e|ins|ans|aufs)\s$/i

const months = '(?:Januar|Februar|März|April|Mai|Juni|Juli|August|September|Oktober|November|Dezember)'
/** Dates are written for "am"; "der" wants the nominative. */
const nominativeDate = new RegExp(`\\b([Dd]er) (\\p{L}+te)n(?= ${months}\\b)`, 'gu')
const ordinal = /(?<![\d.,])(\d{1,6})\.(?=\s(\p{Lu}?\p{Ll}[\p{L}-]*))/gu
const lastOrdinal = /(?<=(?:^|\s)(?:am|vom|zum|dem|den)\s)(\d{1,2})\.(?=["'”’»)\]]*\s*$)/giu
const dayAndMonth = /(?<![\d.,])(\d{1,2})\.\s?(\d{1,2})\.(?!\s?\d)/g
const decade = /(?<![\d.,])(\d{1,2}0|1\d\d0)er\b/g

/** "ein Tag", "eine Stunde": nouns begin with a capital. */
export const germanOne = (noun: string): string | undefined =>
  /^\p{Lu}/u.test(noun) ? (feminine.test(noun) ? 'eine' : 'ein') : undefined

/** German that hangs on the words around a number: days without a year, ordinals with their endings, "90er". */
export const germanWords = (text: string, words: SpokenLanguage): string =>
  text
    .replace(abbreviation, (name: string, _, at: number, all: string) => {
      const ends = /^["'”’»)\]]*\s*$/.test(all.slice(at + name.length))
      return `${abbreviations[name] ?? name}${ends ? '.' : ''}`
    })
    .replace(dayAndMonth, (whole: string, day: string, month: string, at: number, all: string) => {
      if (!isDate(Number(day), Number(month))) return whole
      return `${words.date({day: Number(day), month: Number(month)})}${at + whole.length >= all.trimEnd().length ? '.' : ''}`
    })
    .replace(nominativeDate, '$1 $2')
    .replace(
      decade,
      (_, digits: string) => `${digits.length === 4 ? words.year(Number(digits)) : words.cardinal(digits)}er`,
    )
    .replace(ordinal, (_, digits: string, noun: string, at: number, all: string) => {
      return words.ordinal(digits) + ordinalEnding(all.slice(Math.max(0, at - 40), at), noun)
    })
    .replace(lastOrdinal, (_, digits: string) => `${words.ordinal(digits)}n.`)

/** What follows "dritte": der dritte Platz, am dritten Platz, (ein) dritter Platz, dritte Liga, drittes Kapitel. */
const ordinalEnding = (before: string, noun: string): string => {
  if (oblique.test(before)) return 'n'
  if (definite.test(before) || feminine.test(noun)) return ''
  return neuter.test(noun) ? 's' : 'r'
}

/** "1/2", "3/4", "2 1/2". */
export const germanFractions = (text: string, words: SpokenLanguage): string =>
  text.replace(
    /(?<![\d./-])(?:(\d{1,4}) )?(\d{1,3})\/(\d{1,3})(?![\d/]|\.\d)(?=(?:\s(\p{Lu}\p{Ll}+))?)/gu,
    (whole: string, before: string | undefined, over: string, under: string, noun: string | undefined) => {
      const [upper, lower] = [Number(over), Number(under)]
      if (whole === '24/7' || upper === lower) return `${words.cardinal(over)} ${words.cardinal(under)}`
      if (lower < 2 || upper === 0 || upper > lower)
        return `${before === undefined ? '' : `${words.cardinal(before)} `}${words.cardinal(over)} durch ${words.cardinal(under)}`
      const first = before === undefined ? '' : words.cardinal(before).replace(/eins$/, 'ein')
      if (lower === 2) return before === undefined ? half(noun) : `${first}einhalb`
      const part = `${upper === 1 ? 'ein' : words.cardinal(over)} ${capital(words.ordinal(under).replace(/e$/, 'el'))}`
      return before === undefined ? part : `${words.cardinal(before)} ${part}`
    },
  )

const half = (noun: string | undefined): string => {
  if (noun === undefined) return 'ein halb'
  if (feminine.test(noun)) return 'eine halbe'
  return neuter.test(noun) ? 'ein halbes' : 'ein halber'
}

const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1)
