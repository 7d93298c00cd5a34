/**
 * Text as espeak-ng reads it aloud: characters it cannot say become spaces (control characters start its own embedded
 * commands, private-use ones stand for its internal codes), and `[[phonemes]]` is taken as text.
 */
export const espeakText = (text: string): string =>
  text
    .replace(/[\p{Cc}\p{Cs}\p{Co}\p{Cn}\uFFFC\uFFFD]/gu, character => (character === '\n' ? character : ' '))
    .replace(/\[(?=\[)/g, '[ ')

/** The same where espeak-ng reads SSML: markup is taken as text. */
export const espeakSsml = (text: string): string =>
  espeakText(text).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
