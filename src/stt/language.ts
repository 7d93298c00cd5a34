import {EssenceError} from '../kit/errors.ts'
import {mainLanguage} from '../text/language-tag.ts'

/** The languages of Whisper in the order of their numbers (whisper.cpp, g_lang); older models know the first 99. */
const codes = (
  'en zh de es ru ko fr ja pt tr pl ca nl ar sv it id hi fi vi he uk el ms cs ro da hu ta no th ur hr bg lt la mi ml cy sk ' +
  'te fa lv bn sr az sl kn et mk br eu is hy ne mn bs kk sq sw gl mr pa si km sn yo so af oc ka be tg sd gu am yi lo uz fo ' +
  'ht ps tk nn mt sa lb my bo tl mg as tt haw ln ha ba jw su yue'
).split(' ')

/** Whisper's code of a language in ISO 639-1, and the other way round: they differ for Javanese. */
export const whisperCode = (language: string): string => (language === 'jv' ? 'jw' : language)
export const isoLanguage = (code: string): string => (code === 'jw' ? 'jv' : code)

/** ISO 639-1 codes of the languages a Whisper model knows. @param known how many; 1 is English only */
export const whisperLanguages = (known = codes.length): string[] => codes.slice(0, known).map(isoLanguage)

/**
 * The language to recognise: `auto`, or one of those an engine knows. A region is left out; an engine of one language need not
 * detect it.
 * @param asked `auto` or a language tag
 * @param known codes
 * @throws USAGE for a tag that is no language, or one the engine does not know
 */
export const recognitionLanguage = (asked: string, known: readonly string[]): string => {
  const [only = 'auto'] = known
  const language = mainLanguage(asked)
  if (language === 'auto') return known.length === 1 ? only : 'auto'
  const found = sameIn(known, language)
  if (found !== undefined) return found
  if (!sameIn(whisperLanguages(), language))
    throw new EssenceError(
      'USAGE',
      `"${asked}" is not a language of speech recognition; expected auto or a code as en.`,
    )
  const knows =
    known.length === 1 && only === 'en'
      ? 'English only'
      : known.length <= 8
        ? known.join(', ')
        : `${known.length} others`
  throw new EssenceError('USAGE', `The speech model does not know the language "${asked}"; it knows ${knows}.`, {
    suggestions: ['Set the language to auto, or take a multilingual model.'],
  })
}

/** A code as the list has it: `tl` for `fil`. */
const sameIn = (known: readonly string[], language: string): string | undefined =>
  known.find(code => code === language) ?? known.find(code => mainLanguage(code) === language)
