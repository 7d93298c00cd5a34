import {pageLanguageOf} from '../words/page-language.ts'
import {readIn} from '../words/words.ts'
import {preferences, usePreferences} from './preferences.ts'
import type {Preferences} from './stored-preferences.ts'

/** What is chosen holds at once, also where another tab chose it. Resolves once the page has its words. */
export const applyPreferences = async (): Promise<void> => {
  usePreferences.subscribe((now, before) => {
    if (now.theme !== before.theme) showTheme(now.theme)
    if (now.pageLanguage !== before.pageLanguage) void read()
  })
  window.addEventListener('languagechange', () => void read())
  window.addEventListener('storage', ({key}) => {
    if (key === usePreferences.persist.getOptions().name) void usePreferences.persist.rehydrate()
  })
  showTheme(preferences().theme)
  await read()
}

const read = (): Promise<void> => readIn(pageLanguageOf(preferences().pageLanguage, navigator.languages))

/** Of the page, and of what the browser draws around it. `theme.js` has done the first before the page was painted. */
const showTheme = (theme: Preferences['theme']): void => {
  if (theme === 'system') delete document.documentElement.dataset['theme']
  else document.documentElement.dataset['theme'] = theme
  for (const meta of document.querySelectorAll<HTMLMetaElement>('meta[name=theme-color]')) {
    meta.dataset['scheme'] ??= meta.media.includes('dark') ? 'dark' : 'light'
    const scheme = meta.dataset['scheme']
    meta.media = theme === 'system' ? `(prefers-color-scheme: ${scheme})` : theme === scheme ? 'all' : 'not all'
  }
}
