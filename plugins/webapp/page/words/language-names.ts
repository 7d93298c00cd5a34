/** The name of a language in another; the tag itself where there is none. */
export const languageName = (tag: string, inLanguage: string): string => {
  try {
    const name = new Intl.DisplayNames([inLanguage], {type: 'language'}).of(tag) ?? tag
    return name.charAt(0).toLocaleUpperCase(inLanguage) + name.slice(1)
  } catch {
    return tag
  }
}
