/** A language as people name it: with a script or region where they like (`de`, `pt_BR`, `zh-Hans`, `es-419`). */
const pattern = /^([a-z]{2,3})(?:-(?:hans|hant|latn|cyrl))?(?:-(?:[a-z]{2}|\d{3}))?$/

/** Lower case, with hyphens. */
export const normalTag = (language: string): string => language.toLowerCase().replaceAll('_', '-')

/** The language without script and region; undefined for what is no language but looks like one (`af_heart`, a voice). */
export const mainLanguageOf = (language: string): string | undefined => pattern.exec(normalTag(language))?.[1]
