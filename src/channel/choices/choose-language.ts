import type {Chats} from '../chats.ts'
import {languageNamed, ownName} from '../language/language-names.ts'
import {spokenLanguages, type Words, wordsIn} from '../words/words.ts'

/** A name that is longer is cut where it is repeated. */
const maxName = 50

/**
 * What `/language` does: tells the language of a chat and which there are, or changes it.
 * @param asked a code or a name, `auto`, or empty
 * @returns what is said to that, in the language it is in then
 * @throws STORE_UNAVAILABLE, DISK_FULL
 */
export const chooseLanguage = async (
  asked: string,
  chat: string,
  {chats, words}: {chats: Pick<Chats, 'choose'>; words: Words},
): Promise<string> => {
  const name = asked.trim()
  const offer = [
    ...['', words('languageChoice'), ...spokenLanguages.map(language => `${language}  ${ownName(language)}`)],
    ...['', words('languageHow')],
  ]
  if (name === '') return [words('languageIs'), ...offer].join('\n')
  if (/^auto$/i.test(name)) {
    await chats.choose(chat, {language: undefined})
    return words('languageAuto')
  }
  const language = languageNamed(name)
  if (!language) return [words('languageUnknown', {language: name.slice(0, maxName)}), ...offer].join('\n')
  await chats.choose(chat, {language})
  return wordsIn(language)('languageSet')
}
