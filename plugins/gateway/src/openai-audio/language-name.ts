/** Where Whisper has another word than Unicode. */
const own: Readonly<Record<string, string>> = {
  bn: 'bengali',
  mi: 'maori',
  my: 'myanmar',
  nn: 'nynorsk',
  tl: 'tagalog',
  und: 'unknown',
}

const names = new Intl.DisplayNames('en', {type: 'language'})

/** A language in English, as OpenAI's answers name it: `de` → `german`. */
export const languageName = (code: string): string => own[code] ?? names.of(code)?.toLowerCase() ?? code
