import {plainFormula} from './tex.ts'

/** Stands for a formula that cannot be read; every language has a word for it. */
export const unreadFormula = '$…$'

/** TeX between `$$`, `$`, `\[ \]` and `\( \)`. As in pandoc, a single `$` opens before and closes after ink, and no digit follows. */
const marked =
  /(?<!\$)\$\$([^$]{1,1000})\$\$(?!\$)|\\\[(.{1,400}?)\\\]|\\\((.{1,400}?)\\\)|(?<![\\$\p{L}\p{N}])\$(?![\s$])([^$]{1,400})(?<![\s\\])\$(?![\d\p{L}])/gsu

/** "$HOME/$USER", "$5, or US$", "\(see below\)" are no formulas: those have a sign of TeX and no words, or next to nothing. */
const isFormula = (content: string): boolean => {
  const bare = content.replace(/\\(?:text|mathrm|operatorname|mathbf|begin|end)\s?\{[^{}]{0,100}\}|\\[a-zA-Z]+/g, '\\')
  if (/\p{L}{3}/u.test(bare)) return false
  return (
    /[\\^_{}=<>+]|\p{L} ?-|- ?\p{L}/u.test(bare) ||
    /^(?:-?\d+(?:[.,]\d+)?\p{L}{0,2}|\p{L}{1,2}|\p{L}\([^()]{1,20}\))$/u.test(bare)
  )
}

/**
 * Formulas in TeX → the same in Unicode, which a voice has words for in its language: `$\frac{a}{b} = x^2$` → a ∕ b = x². One that
 * cannot be told so becomes `$…$`.
 */
export const plainFormulas = (text: string): string =>
  /[$\\]/.test(text)
    ? text.replace(marked, (whole: string, ...contents: (string | undefined)[]) => {
        const [display, bracket, paren, inline] = contents
        const content = (display ?? bracket ?? paren ?? inline ?? '').trim()
        const formula = display === undefined ? isFormula(content) : /[\\^_=]/.test(content) || isFormula(content)
        if (!formula) return whole
        return plainFormula(content) ?? unreadFormula
      })
    : text
