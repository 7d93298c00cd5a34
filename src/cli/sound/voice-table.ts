import {EssenceError} from '../../kit/errors.ts'
import {isoTag, mainLanguage} from '../../text/language-tag.ts'
import type {Voice} from '../../tts/port.ts'
import {type Column, table} from '../table.ts'

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

/** The most useful first: the last are left out where a terminal is too narrow. */
const columns: Column[] = [
  {title: 'ID'},
  {title: 'LANGUAGE'},
  {title: 'NAME', min: 16},
  {title: 'GENDER'},
  {title: 'RATE', align: 'right'},
]

const cellsOf = ({id, language, name, gender, sampleRate}: Voice): string[] => [
  ...[id, language, name, gender],
  `${sampleRate} Hz`,
]

const byEngine = (voices: readonly Voice[], engine: string): [string, Voice[]][] => [
  ...Map.groupBy(voices, voice => voice.engine ?? engine),
]

/** `1 voice of piper, 280 of espeak-ng` @param engine of voices that do not name theirs */
export const voiceCount = (voices: readonly Voice[], engine: string): string =>
  byEngine(voices, engine)
    .map(([name, own], at) => `${own.length} ${at > 0 ? '' : own.length === 1 ? 'voice ' : 'voices '}of ${name}`)
    .join(', ')

/** `essence voices`, for people, by engine. @param room columns of the terminal */
export const voiceTable = (voices: readonly Voice[], engine: string, room: number): string[] => {
  const groups = byEngine(voices, engine).flatMap(([name, own]) => ['', name, ...own.map(cellsOf)])
  return table(columns, groups, room)
}
