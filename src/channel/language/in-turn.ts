import {messageOf} from '../../kit/errors.ts'
import type {Log} from '../../service/log.ts'
import type {SpeechToText} from '../../stt/port.ts'
import {apology} from '../apology.ts'
import type {Chats, Choices} from '../chats.ts'
import type {RecordingLimits} from '../recording-limits.ts'
import {type SpokenLanguage, wordsIn} from '../words/words.ts'
import {askedLanguage} from './asked-language.ts'
import type {PersonLanguages} from './person-languages.ts'

/** What was said is that June is to speak another language: there is nothing to answer. */
export class LanguageAsked extends Error {
  readonly language: SpokenLanguage

  constructor(language: SpokenLanguage) {
    super(`Another language was asked for: ${language}.`)
    this.language = language
  }
}

/** Remembers the language of what was said or written in a chat. @throws LanguageAsked */
export const hear = (
  said: {text: string; language?: string | undefined},
  chat: string,
  languages: PersonLanguages,
): void => {
  languages.heard(chat, said)
  const language = askedLanguage(said.text)
  if (language) throw new LanguageAsked(language)
}

/** Language of a turn: what was chosen, where the recogniser knows it; else what people speak here. */
export const turnLanguage = (
  {language: chosen}: Choices,
  isSpoken: boolean,
  {engines: {stt}, language}: {engines: {stt: Pick<SpeechToText, 'abilities'>}; language: string},
): string => (chosen && (!isSpoken || stt.abilities.languages.includes(chosen)) ? chosen : language)

/** Chooses what was asked for. @returns what to say */
export const chooseAsked = async (
  {language}: LanguageAsked,
  chat: string,
  {chats, limits}: {chats: Pick<Chats, 'choose'>; limits: RecordingLimits},
  log: Log,
): Promise<string> => {
  const words = wordsIn(language)
  try {
    await chats.choose(chat, {language})
    return words('languageSet')
  } catch (error) {
    log.error({why: messageOf(error)}, 'a language was not kept')
    return apology(error, limits, words)
  }
}
