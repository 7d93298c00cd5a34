/** Languages the page is read in. */
export const pageLanguages = ['en', 'ar', 'de', 'es', 'fr', 'it', 'pt'] as const

export type PageLanguage = (typeof pageLanguages)[number]

const rightToLeft: readonly string[] = ['ar']

export const directionOf = (language: PageLanguage): 'ltr' | 'rtl' => (rightToLeft.includes(language) ? 'rtl' : 'ltr')

/** What to show the page in: what the person prefers, else the first of the browser's that there is, else English. */
export const pageLanguageOf = (preferred: string | undefined, browsers: readonly string[]): PageLanguage =>
  [...(preferred === undefined ? [] : [preferred]), ...browsers].map(known).find(each => each !== undefined) ?? 'en'

/** `pt-BR` is read in `pt`. */
const known = (tag: string): PageLanguage | undefined =>
  pageLanguages.find(language => language === tag.toLowerCase().split('-')[0])
