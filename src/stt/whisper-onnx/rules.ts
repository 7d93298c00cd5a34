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
  /** Of `suppressedTokens`. */
  suppressed: ReadonlySet<number>
  /** The token of a single space, which cannot be the first. */
  blank: number | undefined
  times: boolean
}

/** Gives every token that cannot come next the logit −∞. @param spoken the tokens so far, without the prompt */
export const suppressTokens = (logits: Float32Array, spoken: readonly number[], rules: TokenRules): void => {
  const {special, suppressed, blank, times} = rules
  const suppress = (token: number): void => {
    logits[token] = Number.NEGATIVE_INFINITY
  }
  for (const token of suppressed) suppress(token)
  if (spoken.length === 0) {
    suppress(special.end)
    if (blank !== undefined) suppress(blank)
  }
  if (!times) return void logits.fill(Number.NEGATIVE_INFINITY, special.firstTime)

  const {firstTime, end} = special
  if (spoken.length === 0) {
    // It begins with a time.
    logits.fill(Number.NEGATIVE_INFINITY, 0, firstTime)
    logits.fill(Number.NEGATIVE_INFINITY, firstTime + maxFirstTime + 1)
    return
  }
  const isTime = (token: number | undefined): boolean => token !== undefined && token >= firstTime
  const lastIsTime = isTime(spoken.at(-1))
  // Times come in pairs, the end of a segment and the beginning of the next, but for the first and the last.
  if (lastIsTime && (spoken.length < 2 || isTime(spoken.at(-2)))) logits.fill(Number.NEGATIVE_INFINITY, firstTime)
  else if (lastIsTime) logits.fill(Number.NEGATIVE_INFINITY, 0, end)
  const lastTime = spoken.findLast(isTime)
  if (lastTime !== undefined) {
    // Never back in time; and a segment has a length.
    const minTime = lastIsTime && !isTime(spoken.at(-2)) ? lastTime : lastTime + 1
    logits.fill(Number.NEGATIVE_INFINITY, firstTime, minTime)
  }
  if (timeIsLikelier(logits, firstTime)) logits.fill(Number.NEGATIVE_INFINITY, 0, firstTime)
}

/** Whether all times together are more probable than the most probable text. */
const timeIsLikelier = (logits: Float32Array, firstTime: number): boolean => {
  let text = Number.NEGATIVE_INFINITY
  for (let token = 0; token < firstTime; token++) text = Math.max(text, logits[token] ?? text)
  if (text === Number.NEGATIVE_INFINITY) return true
  let times = 0
  for (let token = firstTime; token < logits.length; token++) times += Math.exp((logits[token] ?? 0) - text)
  return times > 1
}
