/** A language as people name it: with a script or region where they like (`de`, `pt_BR`, `zh-Hans`, `es-419`). */
const pattern = /^([a-z]{2,3})(?:-(?:hans|hant|latn|cyrl))?(?:-(?:[a-z]{2}|\d{3}))?$/

/** Lower case, with hyphens. */
export const normalTag = (language: string): string => language.trim().toLowerCase().replaceAll('_', '-')

/** Whether a text has the form of a language tag. */
export const isLanguageTag = (text: string): boolean => pattern.test(normalTag(text))

/** The language without script and region; undefined for what is no language but looks like one (`af_heart`, a voice). */
export const mainLanguageOf = (language: string): string | undefined => pattern.exec(normalTag(language))?.[1]

/** Bokmål is what people mean by Norwegian. The other names a language has, Unicode's data know: `cmn` is zh, `deu` is de. */
const aliases: Record<string, string> = {nb: 'no'}

/** What Unicode's data say of codes of two or three letters, each asked for once. */
const known639 = new Map<string, string>()

/**
 * What a language is compared by: in ISO 639-1 where it has a code there, without script, region and variant (`en-gb+f3` is en,
 * `cmn` is zh).
 */
export const mainLanguage = (language: string): string => {
  const main = (normalTag(language).split(/[-+]/)[0] ?? '').trim()
  if (!/^[a-z]{2,3}$/.test(main)) return main
  const known = known639.get(main) ?? new Intl.Locale(main).language
  known639.set(main, known)
  return aliases[known] ?? known
}

/** The region, in lower case: `us` of `en_US`, `gb` of `en-gb-scotland`; empty where there is none. */
export const regionOf = (language: string): string =>
  normalTag(language)
    .split(/[-+]/)
    .find((part, index) => index > 0 && /^(?:[a-z]{2}|\d{3})$/.test(part)) ?? ''

/** The tag with its language in ISO 639-1: `cmn-Latn-pinyin` → zh-latn-pinyin. Bokmål stays what it is. */
export const isoTag = (language: string): string => {
  const [main = '', ...rest] = normalTag(language).split('-')
  const known = /^[a-z]{2,3}$/.test(main) ? new Intl.Locale(main).language : main
  return [known, ...rest].join('-')
}
