import i18next, {type ResourceKey} from 'i18next'
import {initReactI18next} from 'react-i18next'
import {create} from 'zustand'
import conversation from './en/conversation.json'
import list from './en/list.json'
import mind from './en/mind.json'
import shell from './en/shell.json'
import talk from './en/talk.json'
import {directionOf, type PageLanguage} from './page-language.ts'

/** What the page says, room by room. A text that a language lacks is English. */
const en = {shell, talk, conversation, list, mind}

/** Each language has a folder here, which is fetched when it is chosen. */
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

interface Read {
  language: PageLanguage
  direction: 'ltr' | 'rtl'
  /** A language that was wanted, whose words could not be fetched. */
  missing: PageLanguage | undefined
}

/** What the page is read in. */
export const useRead = create<Read>(() => ({language: 'en', direction: 'ltr', missing: undefined}))

/** The English texts of a room that is fetched when it is opened. */
export const addEnglish = (room: 'owner' | 'settings', texts: object): void =>
  void words.addResourceBundle('en', room, texts)

let wanted: PageLanguage = 'en'

/** Shows the page in a language: its words and the direction it is read in. Where they cannot be fetched, it stays as it is. */
export const readIn = async (language: PageLanguage): Promise<void> => {
  wanted = language
  const isFetched = await fetchWords(language).then(
    () => true,
    () => false,
  )
  // Another one was chosen meanwhile.
  if (wanted !== language) return
  if (!isFetched) return useRead.setState({missing: language})
  await words.changeLanguage(language)
  const direction = directionOf(language)
  Object.assign(document.documentElement, {lang: language, dir: direction})
  useRead.setState({language, direction, missing: undefined})
}

const fetchWords = async (language: PageLanguage): Promise<void> => {
  await Promise.all(
    Object.entries(files).map(async ([path, load]) => {
      const [, folder = '', room = ''] = /^\.\/([^/]+)\/(.+)\.json$/.exec(path) ?? []
      if (folder === language && !words.hasResourceBundle(language, room))
        words.addResourceBundle(language, room, await load())
    }),
  )
}
