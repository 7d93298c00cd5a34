import {displayWidth, fitStart, padColumns} from '../../kit/display-width.ts'
import {EssenceError} from '../../kit/errors.ts'
import {isoTag, mainLanguage} from '../../text/language-tag.ts'
import type {Voice} from '../../tts/port.ts'

/**
 * The voices that speak a language; one without a region means all of its regions, and a region that no voice has all of
 * the language.
 * @throws VOICE_UNKNOWN, with the languages there are
 */
export const voicesOf = (voices: readonly Voice[], language: string): Voice[] => {
  const asked = isoTag(language)
  const found = voices.filter(voice => {
    const own = isoTag(voice.language)
    return own === asked || own.startsWith(`${asked}-`)
  })
  const near = found.length > 0 ? found : voices.filter(voice => mainLanguage(voice.language) === mainLanguage(asked))
  if (near.length > 0) return near
  const known = [...new Set(voices.map(voice => mainLanguage(voice.language)))].toSorted()
  throw new EssenceError('VOICE_UNKNOWN', `No voice speaks "${language}".`, {
    suggestions: [`Languages there are: ${known.join(' ')}`],
  })
}

interface Column {
  title: string
  of: (voice: Voice) => string
}

/** The most useful first: the last are left out where a terminal is too narrow. */
const columnsFor = (engine: string): Column[] => [
  {title: 'ID', of: ({id}) => id},
  {title: 'LANGUAGE', of: ({language}) => language},
  {title: 'NAME', of: ({name}) => name},
  {title: 'GENDER', of: ({gender}) => gender},
  {title: 'RATE', of: ({sampleRate}) => `${sampleRate} Hz`},
  {title: 'ENGINE', of: () => engine},
]

/** Spaces between columns. */
const gap = 2

/** `essence voices`, for people. @param room columns of the terminal; Infinity where there is none */
export const voiceTable = (voices: readonly Voice[], engine: string, room = Number.POSITIVE_INFINITY): string[] => {
  let columns = columnsFor(engine)
  const widthOf = ({title, of}: Column): number => Math.max(title.length, ...voices.map(each => displayWidth(of(each))))
  const total = (): number => columns.reduce((sum, column) => sum + widthOf(column) + gap, -gap)
  while (columns.length > 3 && total() > room) columns = columns.slice(0, -1)
  const widths = columns.map(widthOf)
  const row = (cells: string[]): string => {
    const padded = cells.map((cell, index) => padColumns(cell, widths[index] ?? 0))
    return fitStart(padded.join(' '.repeat(gap)).trimEnd(), room)
  }
  return [row(columns.map(({title}) => title)), ...voices.map(voice => row(columns.map(({of}) => of(voice))))]
}
