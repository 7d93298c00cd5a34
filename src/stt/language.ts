import {EssenceError} from '../kit/errors.ts'

/** The languages of Whisper in the order of their numbers (whisper.cpp, g_lang); older models know the first 99. */
const codes = (
  'en zh de es ru ko fr ja pt tr pl ca nl ar sv it id hi fi vi he uk el ms cs ro da hu ta no th ur hr bg lt la mi ml cy sk ' +
  'te fa lv bn sr az sl kn et mk br eu is hy ne mn bs kk sq sw gl mr pa si km sn yo so af oc ka be tg sd gu am yi lo uz fo ' +
  'ht ps tk nn mt sa lb my bo tl mg as tt haw ln ha ba jw su yue'
).split(' ')

/** Where Whisper's code is not the one of ISO 639-1. */
export const whisperCodes: Readonly<Record<string, string>> = {jv: 'jw', nb: 'no'}

/**
 * The code Whisper knows a language by. A region is left out: `pt-BR` is `pt`.
 * @param asked `auto` or an ISO 639-1 code
 * @param known how many languages the model knows; 1 is English only, and `auto` then means English
 * @throws USAGE for a code that is no language, or one the model does not know
 */
export const whisperLanguage = (asked: string, known = codes.length): string => {
  const code = asked
    .trim()
    .toLowerCase()
    .replace(/[-_].*$/, '')
  if (code === 'auto') return known === 1 ? 'en' : 'auto'
  const index = codes.indexOf(whisperCodes[code] ?? code)
  if (index === -1)
    throw new EssenceError(
      'USAGE',
      `"${asked}" is not a language of speech recognition; expected auto or a code as en.`,
    )
  if (index >= known)
    throw new EssenceError(
      'USAGE',
      `The speech model does not know the language "${asked}"; it knows ${known === 1 ? 'English only' : `${known} others`}.`,
      {suggestions: ['Set the language to auto or en, or take a multilingual model.']},
    )
  return codes[index] ?? 'en'
}

/** The ISO 639-1 code of one of Whisper's. */
export const isoLanguage = (code: string): string => (code === 'jw' ? 'jv' : code)

/** Other names of the same language. */
const aliases: Readonly<Record<string, string>> = {nb: 'no', jw: 'jv', iw: 'he', in: 'id', cmn: 'zh'}

/** ISO 639-1 codes of the languages a Whisper model knows. @param known how many */
export const whisperLanguages = (known = codes.length): string[] => codes.slice(0, known).map(isoLanguage)

/**
 * The language to recognise: `auto`, or one of those an engine knows. A region is left out; an engine of one language need not
 * detect it.
 * @param asked `auto` or an ISO 639-1 code
 * @param known codes
 * @throws USAGE for a code that is no language, or one the engine does not know
 */
export const recognitionLanguage = (asked: string, known: readonly string[]): string => {
  const [only = 'auto'] = known
  const code = asked
    .trim()
    .toLowerCase()
    .replace(/[-_].*$/, '')
  if (code === 'auto') return known.length === 1 ? only : 'auto'
  const found = [code, aliases[code] ?? code].find(one => known.includes(one))
  if (found !== undefined) return found
  if (!codes.includes(whisperCodes[code] ?? code) && !(code in aliases))
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
