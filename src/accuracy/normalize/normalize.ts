import {mainLanguage} from '../../text/language-tag.ts'
import {normalizeBasic, normalizeLetters} from './basic.ts'
import {normalizeEnglish} from './english.ts'

/** Chinese, Japanese, Thai, Lao, Burmese and Cantonese, as Whisper's authors have it. */
const withoutSpaces = new Set(['zh', 'ja', 'th', 'lo', 'my', 'yue'])

/** Whether letters are counted instead of words. */
export const countsLetters = (language: string): boolean => withoutSpaces.has(mainLanguage(language))

/** What makes of a text of that language words that can be compared, with one space between. @param language a tag: `en`, `de-AT` */
export const normalizeFor = (language: string): ((text: string) => string) => {
  if (mainLanguage(language) === 'en') return normalizeEnglish
  return countsLetters(language) ? normalizeLetters : normalizeBasic
}
