import i18next, {type ResourceKey} from 'i18next'
import {initReactI18next} from 'react-i18next'
import conversation from './en/conversation.json'
import list from './en/list.json'
import mind from './en/mind.json'
import owner from './en/owner.json'
import settings from './en/settings.json'
import shell from './en/shell.json'
import talk from './en/talk.json'

/** What the page says, room by room. A text that a language lacks is English. */
const en = {shell, talk, conversation, list, mind, settings, owner}

/** Languages the page is read in; each has a folder here, which is fetched when it is chosen. */
export const pageLanguages = ['en'] as const

/** Written from right to left. */
const rightToLeft: readonly string[] = ['ar', 'fa', 'he', 'ur']

const files = import.meta.glob<ResourceKey>(['./*/*.json', '!./en/*.json'], {import: 'default'})

export const words = i18next
void words.use(initReactI18next).init({
  lng: 'en',
  fallbackLng: 'en',
  defaultNS: 'shell',
  ns: Object.keys(en),
  resources: {en},
  interpolation: {escapeValue: false},
})

/** Shows the page in a language: its words and the direction it is read in. */
export const readIn = async (language: string): Promise<void> => {
  for (const [path, load] of Object.entries(files)) {
    const [, folder = '', room = ''] = /^\.\/([^/]+)\/(.+)\.json$/.exec(path) ?? []
    if (folder === language && !words.hasResourceBundle(language, room))
      words.addResourceBundle(language, room, await load())
  }
  await words.changeLanguage(language)
  document.documentElement.lang = language
  document.documentElement.dir = rightToLeft.includes(language) ? 'rtl' : 'ltr'
}
