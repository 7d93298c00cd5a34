import {mainLanguage} from '../../text/language-tag.ts'
import {scriptRuns} from '../../text/scripts.ts'
import type {Passage} from './passages.ts'

/** "Text in Chinese", where no voice speaks it; in other languages the name of the language alone. */
const unreadable: Record<string, (name: string) => string> = {
  en: name => `text in ${name}`,
  de: name => `Text auf ${name}`,
  fr: name => `texte en ${name}`,
  es: name => `texto en ${name}`,
}

const namedUnreadable = (language: string, voice: string): string => {
  const main = mainLanguage(voice)
  const known = /^[a-z]{2,3}$/.test(main) ? main : 'en'
  // Unicode's code for a script that has none.
  if (language === 'und') return ` ${new Intl.DisplayNames([known], {type: 'script'}).of('Zzzz')} `
  const name = new Intl.DisplayNames([known], {type: 'language'}).of(language) ?? language
  return ` ${unreadable[main]?.(name) ?? name} `
}

/**
 * Words in a script that the voice's language is not written in: passages of their own language, or, where no voice speaks that, a
 * word that says what stands there. An engine itself would say nothing, or the names of letters.
 * @param language of the voice, with region where it has one
 */
export function* inOwnLanguage(
  passages: Iterable<Passage>,
  language: string,
  speaks: (language: string) => boolean,
): Generator<Passage> {
  for (const passage of passages) {
    if (passage.type !== 'words') {
      yield passage
      continue
    }
    let open: Extract<Passage, {type: 'words'}> | undefined
    for (const {text, spoken} of passage.parts) {
      for (const run of scriptRuns(text, language)) {
        const own = run.language === undefined || !speaks(run.language) ? undefined : run.language
        const words = own === run.language ? run.text : namedUnreadable(run.language ?? '', language)
        if (open && open.language !== own) {
          yield open
          open = undefined
        }
        open ??= {type: 'words', parts: [], prosody: passage.prosody, language: own}
        open.parts.push({text: words, spoken})
      }
    }
    if (open) yield open
  }
}
