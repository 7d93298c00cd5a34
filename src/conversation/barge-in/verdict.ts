import {nearest} from '../../kit/nearest.ts'
import {mainLanguage} from '../../text/language-tag.ts'
import {plainWords} from '../listening/stable-words.ts'
import type {Dismissal} from '../port.ts'
import {listeningWords} from './words.ts'

/** dB by which the person speaks louder than what is behind them. */
const backgroundDb = 10

/** Share of the letters heard that may be others than June's for it to be her own voice. */
const echoErrors = 0.4

/** Letters that are compared: comparing takes time as their number, times that of what she said. */
const maxLetters = 300

/** So few count as her own only where they stand side by side in what she said. */
const fewWords = 2

/** ms of speech in which nobody says much. */
const shortMs = 700

/** Confidence below which words of so short a sound are guessed. */
const guessed = 0.45

/** Words beside "stop" that it may have: "please stop now". */
const wordsBesideStop = 2

/** What was heard while June speaks. */
export interface Heard {
  text: string
  /** ISO 639-1, where known. */
  language: string | undefined
  /** ms of its speech. */
  speechMs: number
  /** 0..1, of the recogniser; absent where it does not tell. */
  confidence: number | undefined
  /** dBFS of its speech. */
  levelDb: number
  /** dBFS of the person as a rule; undefined: not known yet. */
  personDb: number | undefined
  /** What June has been saying in the last seconds, as written. */
  spoken: string
}

/** `stop` and `turn` interrupt June, the others do not. */
export type Verdict = 'stop' | 'turn' | Dismissal

/** What to make of what was heard while June speaks. */
export const verdictOf = ({text, language, speechMs, confidence = 1, levelDb, personDb, spoken}: Heard): Verdict => {
  const heard = plainWords(text)
  if (heard.length === 0) return 'noise'
  const {fillers, stops} = wordsFor(language)
  const near = isNear(levelDb, personDb)
  const isEcho = isEchoOf(heard, spoken)
  // Before all else: who wants quiet gets it, unless June herself may have said it.
  if (isStop(heard, stops, fillers) && (near || !isEcho)) return 'stop'
  if (isEcho) return 'echo'
  if (heard.every(word => fillers.has(word))) return 'filler'
  // A hum is written as whatever word is near.
  const isShort = speechMs < shortMs && heard.length <= fewWords
  if (isShort && (confidence < guessed || heard.every(word => nearest(word, fillers, 1)))) return 'filler'
  return near || personDb === undefined ? 'turn' : 'background'
}

/** Whether a sound is as loud as the person; not where it is not known how loud that is. */
export const isNear = (levelDb: number, personDb: number | undefined): boolean =>
  personDb !== undefined && levelDb >= personDb - backgroundDb

const wordsFor = (language: string | undefined): ReturnType<typeof listeningWords> =>
  listeningWords(language === undefined ? undefined : mainLanguage(language))

/** Whether somebody said that they want quiet, and nothing else. */
export const isOnlyStop = (text: string, language: string | undefined): boolean => {
  const {fillers, stops} = wordsFor(language)
  let rest = ` ${plainWords(text).join(' ')} `
  const before = rest
  for (const stop of stops.toSorted((a, b) => b.length - a.length)) rest = rest.replaceAll(` ${stop} `, ' ')
  return rest !== before && rest.split(' ').every(word => word === '' || fillers.has(word))
}

const isStop = (heard: readonly string[], stops: readonly string[], fillers: ReadonlySet<string>): boolean => {
  const said = ` ${heard.join(' ')} `
  const stop = stops.filter(one => said.includes(` ${one} `)).toSorted((a, b) => b.length - a.length)[0]
  if (stop === undefined) return false
  const beside = heard.filter(word => !stop.split(' ').includes(word) && !fillers.has(word))
  return beside.length <= wordsBesideStop
}

/**
 * Whether words are of what June said, as far as a recogniser hears her right through a room.
 * @param mayAnswer she is done, and they are as loud as the person: a word or two of hers may then be an answer, "coffee" to "tea or coffee?"
 */
export const isEchoOf = (heard: readonly string[], spoken: string, mayAnswer = false): boolean => {
  const words = plainWords(spoken)
  const said = words.join('')
  // The end of it: what was heard goes on for as long as she speaks.
  const letters = heard.join('').slice(-maxLetters)
  if (said === '' || letters === '') return false
  // Of few letters some such are found in any long sentence.
  if (heard.length <= fewWords) return !mayAnswer && ` ${words.join(' ')} `.includes(` ${heard.join(' ')} `)
  return lettersFrom(letters, said) <= echoErrors * letters.length
}

/** Edit distance of a text to what is most like it in another (Sellers 1980). */
const lettersFrom = (text: string, other: string): number => {
  let row = new Array<number>(other.length + 1).fill(0)
  for (const [i, letter] of [...text].entries()) {
    const next = [i + 1]
    for (const [j, one] of [...other].entries()) {
      const [replaced, added, left] = [row[j] as number, next[j] as number, row[j + 1] as number]
      next.push(Math.min(replaced + (letter === one ? 0 : 1), added + 1, left + 1))
    }
    row = next
  }
  return Math.min(...row)
}
