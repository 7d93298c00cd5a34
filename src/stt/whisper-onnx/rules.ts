import type {Shortlist} from './shortlist.ts'
import type {SpecialTokens, WhisperVocabulary} from './tokens.ts'

// Which token may come next, as OpenAI's decoding has it (decoding.py: SuppressBlank, SuppressTokens, ApplyTimestampRules).

/** A first time later than this is not believed, in tokens of 20 ms: one second. */
const maxFirstTime = 50

/** Signs that stand for no speech: Whisper writes them for music, speakers and sounds. */
const suppressedSigns = [
  ...'"#()*+/:;<=>@[\\]^_`{|}~「」『』',
  ...'<< >> <<< >>> -- --- -( -[ (\' (" (( )) ((( ))) [[ ]] {{ }} ♪♪ ♪♪♪ ♩ ♪ ♫ ♬ ♭ ♮ ♯'.split(' '),
]

/** Tokens that are never decoded: signs of no speech, and specials but the end and the times. */
export const suppressedTokens = (special: SpecialTokens, vocabulary: WhisperVocabulary): Set<number> => {
  const signs = suppressedSigns.flatMap(sign => [vocabulary.numberOf(sign), vocabulary.numberOf(` ${sign}`)])
  // These two only where they begin a word: within one they are hyphen and apostrophe.
  signs.push(vocabulary.numberOf(' -'), vocabulary.numberOf(" '"))
  const specials = Array.from({length: special.noTimes - special.start + 1}, (_, i) => special.start + i)
  return new Set([...specials, ...signs.filter(number => number !== undefined)])
}

export interface TokenRules {
  special: SpecialTokens
  /** The token of a single space, which cannot be the first. */
  blank: number | undefined
  times: boolean
}

/** Gives every token that cannot come next the logit −∞. @param spoken the tokens so far, without the prompt */
export const suppressTokens = (list: Shortlist, spoken: readonly number[], rules: TokenRules): void => {
  const {tokens, logits} = list
  const {special, blank, times} = rules
  const never = Number.NEGATIVE_INFINITY
  const end = tokens.length
  const firstTime = end + 1
  const suppressWords = (): void => {
    logits.fill(never, 0, end)
    list.rest = never
  }
  if (spoken.length === 0) {
    logits[end] = never
    const at = blank === undefined ? -1 : tokens.indexOf(blank)
    if (at !== -1) logits[at] = never
  }
  if (!times) return void logits.fill(never, firstTime)

  if (spoken.length === 0) {
    // It begins with a time.
    suppressWords()
    logits.fill(never, firstTime + maxFirstTime + 1)
    return
  }
  const isTime = (token: number | undefined): boolean => token !== undefined && token >= special.firstTime
  const lastIsTime = isTime(spoken.at(-1))
  // Times come in pairs, the end of a segment and the beginning of the next, but for the first and the last.
  if (lastIsTime && (spoken.length < 2 || isTime(spoken.at(-2)))) logits.fill(never, firstTime)
  else if (lastIsTime) suppressWords()
  const lastTime = spoken.findLast(isTime)
  if (lastTime !== undefined) {
    // Never back in time; and a segment has a length.
    const minTime = lastIsTime && !isTime(spoken.at(-2)) ? lastTime : lastTime + 1
    logits.fill(never, firstTime, firstTime + minTime - special.firstTime)
  }
  if (timeIsLikelier(logits, firstTime)) {
    suppressWords()
    logits[end] = never
  }
}

/** Whether all times together are more probable than the most probable text. */
const timeIsLikelier = (logits: Float32Array, firstTime: number): boolean => {
  const text = Math.max(...logits.subarray(0, firstTime))
  if (text === Number.NEGATIVE_INFINITY) return true
  let times = 0
  for (let i = firstTime; i < logits.length; i++) times += Math.exp((logits[i] ?? 0) - text)
  return times > 1
}
