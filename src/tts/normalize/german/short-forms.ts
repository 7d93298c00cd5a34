import {romanNumber} from '../english/words.ts'
import {digitByDigit, type SpokenLanguage} from '../language.ts'
import type {Pass} from '../pass.ts'

const kings =
  'Heinrich|Ludwig|Karl|Otto|Friedrich Wilhelm|Friedrich|Wilhelm|Johannes Paul|Johannes|Paul|Benedikt|Pius|Leo|Georg|Jakob|Philipp|Napoleon|Alexander|Nikolaus|Peter|Maximilian|Leopold|Franz|Joseph|Gregor|Innozenz|Urban|Clemens|Ferdinand|Rudolf|Konrad|Christian|Gustav|Ramses|Richard|Eduard|Charles'
const queens = 'Elisabeth|Elizabeth|Katharina|Margarethe|Maria|Beatrix'
/** "Heinrich VIII.", "Ludwigs XIV."; the dot belongs to the number. */
const ruler = new RegExp(`(?<!\\p{L})(${kings}|${queens})(s?) ([IVXLC]{1,7})(?![\\p{L}\\p{N}])(\\.)?`, 'gu')
const dative =
  /(?:^|\s)(?:mit|von|unter|bei|nach|vor|zu|aus|seit|gegenüber|dem (?:Kaiser|König|Papst))\s(?:(?:Kaiser|König|Papst|Zar|Königin|Kaiserin|Zarin)\s)?$/i
const accusative = /(?:^|\s)(?:für|gegen|durch|ohne|um)\s(?:(?:Kaiser|König|Papst|Zar|Königin|Kaiserin|Zarin)\s)?$/i

const rulers = (text: string, words: SpokenLanguage): string =>
  text.replace(
    ruler,
    (
      whole: string,
      name: string,
      genitive: string,
      roman: string,
      dot: string | undefined,
      at: number,
      all: string,
    ) => {
      const value = romanNumber(roman)
      // "Karl I" may go on with anything; its dot makes it a number.
      if (value === undefined || (roman.length === 1 && dot === undefined)) return whole
      const woman = new RegExp(`^(?:${queens})$`).test(name)
      const before = all.slice(Math.max(0, at - 40), at)
      const ordinal = words.ordinal(String(value)).replace(/^./, letter => letter.toUpperCase())
      const [article, ending] =
        genitive !== ''
          ? [woman ? 'der' : 'des', 'n']
          : dative.test(before)
            ? [woman ? 'der' : 'dem', 'n']
            : accusative.test(before)
              ? [woman ? 'die' : 'den', woman ? '' : 'n']
              : [woman ? 'die' : 'der', '']
      const stop = dot !== undefined && /^["'”’»)\]]*\s*$/.test(all.slice(at + whole.length)) ? '.' : ''
      return `${name}${genitive} ${article} ${ordinal}${ending}${stop}`
    },
  )

const days = ['Montag', 'Dienstag', 'Mittwoch', 'Donnerstag', 'Freitag', 'Samstag', 'Sonntag']
const dayNamed = (short: string): string => days.find(day => day.startsWith(short)) ?? short
const dayRange =
  /(?<![\p{L}\p{N}])(Mo|Di|Mi|Do|Fr|Sa|So)\.? ?[-–—] ?(Mo|Di|Mi|Do|Fr|Sa|So)(?!\p{L})(\.(?= \p{Ll}|[,;)]))?/gu
/** DIN 5008: after street and house. */
const postcode = /(?<=\d[a-z]?, (?:D-)?)\d{5}(?= \p{Lu}\p{Ll})/gu

/** What is written short in German, before its numbers are read. */
export const germanShortForms: Pass[] = [
  {name: 'kings and popes', example: 'Heinrich VIII.', read: rulers},
  {
    name: 'one million',
    example: '1 Mio.',
    read: text =>
      text
        .replace(/(?<![\d.,])1 Mio\.(?! ?€)/g, 'eine Million')
        .replace(/(?<![\d.,])1 Mrd\.(?! ?€)/g, 'eine Milliarde'),
  },
  {
    name: 'sections of laws',
    example: '§ 5 Abs. 2',
    read: text =>
      text
        .replace(/§§\s?(?=\d)/g, 'Paragrafen ')
        .replace(/§\s?(?=\d)/g, 'Paragraf ')
        .replace(/(?<=Abs\. \d{1,2}[a-z]? )S\.\s?(?=\d)/g, 'Satz ')
        .replace(/(?<!\p{L})Abs\.\s?(?=\d)/gu, 'Absatz ')
        .replace(/(?<!\p{L})Art\.\s?(?=\d)/gu, 'Artikel ')
        .replace(/(?<!\p{L})S\.\s?(?=\d)/gu, 'Seite '),
  },
  {
    name: 'streets',
    example: 'Hauptstr. 5',
    read: text => text.replace(/(?<=\p{Ll}{2})str\.(?!\p{L})/gu, 'straße'),
  },
  {
    name: 'postcodes',
    example: '5, 10115 Berlin',
    read: (text, words) => text.replace(postcode, code => digitByDigit(code, words)),
  },
  {
    name: 'ranges of days',
    example: 'Mo-Fr',
    read: (text, words) =>
      text.replace(dayRange, (_, from: string, to: string) => `${dayNamed(from)} ${words.to} ${dayNamed(to)}`),
  },
]
