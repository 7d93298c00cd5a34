/** A stretch of a text; `language` (ISO 639-1, or `und`) where its letters are none of the text's own language. */
export interface ScriptRun {
  text: string
  language?: string | undefined
}

/** What a script's letters alone say about the language, and letters that say more: `ї` is Ukrainian, `پ` Persian. `und` where none is known. */
const scripts: {letters: string; script: RegExp; language: string; closer?: [RegExp, string][]}[] = [
  {
    letters: '\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}ー',
    script: /^(?:Hans|Hant|Jpan|Kore)$/,
    language: 'zh',
    closer: [[/[\p{Script=Hiragana}\p{Script=Katakana}]/u, 'ja']],
  },
  {letters: '\\p{Script=Hangul}', script: /^Kore$/, language: 'ko'},
  {
    letters: '\\p{Script=Cyrillic}',
    script: /^Cyrl$/,
    language: 'ru',
    closer: [
      [/[ґєії]/iu, 'uk'],
      [/[ўі]/iu, 'be'],
      [/[ђјљњћџ]/iu, 'sr'],
    ],
  },
  {
    letters: '\\p{Script=Arabic}',
    script: /^Arab$/,
    language: 'ar',
    closer: [
      [/[ٹڈڑںے]/u, 'ur'],
      [/[پچژگ]/u, 'fa'],
    ],
  },
  {letters: '\\p{Script=Hebrew}', script: /^Hebr$/, language: 'he'},
  {letters: '\\p{Script=Greek}', script: /^Grek$/, language: 'el'},
  {letters: '\\p{Script=Devanagari}', script: /^Deva$/, language: 'hi'},
  {letters: '\\p{Script=Bengali}', script: /^Beng$/, language: 'bn'},
  {letters: '\\p{Script=Tamil}', script: /^Taml$/, language: 'ta'},
  {letters: '\\p{Script=Telugu}', script: /^Telu$/, language: 'te'},
  {letters: '\\p{Script=Thai}', script: /^Thai$/, language: 'th'},
  {letters: '\\p{Script=Georgian}', script: /^Geor$/, language: 'ka'},
  {letters: '\\p{Script=Armenian}', script: /^Armn$/, language: 'hy'},
  {letters: '\\p{Script=Gujarati}', script: /^Gujr$/, language: 'gu'},
  {letters: '\\p{Script=Gurmukhi}', script: /^Guru$/, language: 'pa'},
  {letters: '\\p{Script=Kannada}', script: /^Knda$/, language: 'kn'},
  {letters: '\\p{Script=Malayalam}', script: /^Mlym$/, language: 'ml'},
  {letters: '\\p{Script=Sinhala}', script: /^Sinh$/, language: 'si'},
  {letters: '\\p{Script=Myanmar}', script: /^Mymr$/, language: 'my'},
  {letters: '\\p{Script=Khmer}', script: /^Khmr$/, language: 'km'},
  {letters: '\\p{Script=Lao}', script: /^Laoo$/, language: 'lo'},
  {letters: '\\p{Script=Ethiopic}', script: /^Ethi$/, language: 'am'},
]

/** Signs that belong to the foreign words they stand between or after: blanks, digits, stops of that script. */
const between = '\\p{M}\\p{N}\\s,.;:!?…\'"’”()«»“„，。！？、；：「」『』（）《》〈〉・؟،؛।॥-'
const after = '\\p{M}，。！？、；：」』）》〉؟،؛।॥'

/** A letter of a script that is not listed: no voice is looked for, but it is not passed over either. */
const unlisted = `[\\p{L}--[\\p{Script=Latin}\\p{Script=Common}\\p{Script=Inherited}${scripts.map(({letters}) => letters).join('')}]]`

const runs = [
  ...scripts.map(({letters, ...rest}) => ({
    ...rest,
    // A single Greek letter is a sign of mathematics.
    pattern: new RegExp(
      rest.language === 'el'
        ? `[${letters}][${letters}\\p{M}]+(?:[${between}]{1,8}[${letters}][${letters}\\p{M}]+)*`
        : `[「『（《〈«“]?(?<!\\p{N})\\p{N}{0,8}[${letters}]+(?:[${between}]{1,8}[${letters}]+)*[${after}]*[.!?]?`,
      'gu',
    ),
  })),
  {
    language: 'und',
    closer: undefined,
    script: undefined,
    pattern: new RegExp(`${unlisted}(?:[\\p{M}\\p{P} ]{0,4}${unlisted})*`, 'gv'),
  },
]
/** Of a voice whose script is not listed, nothing unlisted is foreign. */
const isForeign = (script: RegExp | undefined, own: string): boolean =>
  script ? !script.test(own) : own === 'Latn' || scripts.some(one => one.script.test(own))

/** The script of a language: of `en-us` Latn. */
const scriptOf = (language: string): string => {
  try {
    return new Intl.Locale(language.replaceAll('_', '-').split('+')[0] ?? '').maximize().script ?? ''
  } catch {
    return ''
  }
}

const anyForeign = /[^\p{Script=Latin}\p{Script=Common}\p{Script=Inherited}]/u

/** Cuts a text where the script changes: its own language, and words in scripts which that is not written in. */
export const scriptRuns = (text: string, language: string): ScriptRun[] => {
  if (!anyForeign.test(text)) return [{text}]
  const own = scriptOf(language)
  const found = runs
    .filter(({script}) => isForeign(script, own))
    .flatMap(({pattern, language: usual, closer = []}) =>
      [...text.matchAll(pattern)].map(match => ({
        at: match.index,
        text: match[0],
        language: closer.find(([letter]) => letter.test(match[0]))?.[1] ?? usual,
      })),
    )
    .sort((a, b) => a.at - b.at)
  const parts: ScriptRun[] = []
  let at = 0
  for (const run of found) {
    // An opening mark that another script's run has closed with.
    if (run.at < at) continue
    parts.push({text: text.slice(at, run.at)}, {text: run.text, language: run.language})
    at = run.at + run.text.length
  }
  return [...parts, {text: text.slice(at)}].filter(part => part.text !== '')
}
