import type {Style} from '@essence/core/tts/port'

/** English words that ask for a style. */
const wordsOf: Readonly<Record<Exclude<Style, 'neutral'>, string>> = {
  happy: 'happ(?:y|ily|iness)|cheer\\w*|joy\\w*|delight\\w*|upbeat|friendly',
  excited: 'excit\\w*|enthusias\\w*|energetic\\w*|thrill\\w*|lively',
  calm: 'calm\\w*|sooth\\w*|relax\\w*|gentl[ey]\\w*|seren\\w*|peaceful\\w*',
  sad: 'sad(?:ly|ness)?|sorrow\\w*|melanchol\\w*|mournful\\w*|gloom\\w*',
  angry: 'angr\\w*|anger|fur(?:y|ious\\w*)|irritat\\w*|outrag\\w*',
}

const styleWord = new RegExp(
  Object.entries(wordsOf)
    .map(([style, words]) => `\\b(?<${style}>${words})\\b`)
    .join('|'),
  'giu',
)

/** Up to two words before it. */
const negated = /\b(?:not|never|no|without|avoid|don['’]t|isn['’]t)(?:\s+(?!but\b)[\p{L}'’]+){0,2}\s+$/iu

/**
 * The style that instructions ask for: that of the first word which names one and is not negated; all else is passed over.
 * "Sound cheerful, not sad" → `happy`
 */
export const styleOf = (instructions: string): Style => {
  for (const {index, groups = {}} of instructions.matchAll(styleWord)) {
    if (negated.test(instructions.slice(Math.max(0, index - 60), index))) continue
    return Object.keys(groups).find(name => groups[name] !== undefined) as Style
  }
  return 'neutral'
}
