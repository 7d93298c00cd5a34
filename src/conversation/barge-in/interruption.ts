import type {Transcript} from '../../stt/port.ts'
import type {Floor} from '../floor.ts'
import {levelOf, speechMsOf, type Utterance} from '../listening/utterance.ts'
import type {Dismissal} from '../port.ts'
import {verdictOf} from './verdict.ts'

/** ms of silence at which what was said is recognised. */
const judgeAfterMs = 128

/** ms of further speech at which it is recognised though it goes on. */
const judgeEveryMs = 500

/** ms of speech without a word after which June goes on beside it: music, a machine. */
const wordlessMs = 1200

/** dB below the person's level at which June does not even hold: what is behind them. Words begin softly: more than for a whole utterance. */
const behindDb = 20

/** Whether somebody far behind the person speaks, as far as its first sound tells. */
export const isBehind = (utterance: Utterance, {personDb}: Pick<Floor, 'personDb'>): boolean =>
  personDb !== undefined && levelOf(utterance) < personDb - behindDb

/** ms of what June said before that may be heard by the microphone still. */
const echoTailMs = 4000

export interface InterruptionOptions {
  floor: Floor
  utterance: Utterance
  recognize: () => Promise<Transcript>
  /** ms of its sound so far. */
  soundMs: () => number
  /** It is one. */
  onTurn: () => void
  /** It is none, and is over. */
  onNone: (why: Dismissal) => void
}

/**
 * Somebody speaks while June does: she is quiet at once, and by what is said it is found out whether she is interrupted. If not, she goes on where
 * she was.
 */
export class Interruption {
  readonly #options: InterruptionOptions
  #judgedMs = 0
  #judgedSilence: number | undefined
  #isJudging = false
  #isBeside = false

  constructor(options: InterruptionOptions) {
    this.#options = options
    const {floor, utterance} = options
    this.#isBeside = isBehind(utterance, floor)
    // Held at its first sound already, where that was loud.
    if (this.#isBeside) floor.goOn()
    else floor.hold()
  }

  /** Further sound has come. @param silenceMs of the present silence */
  advance(silenceMs: number): void {
    const {utterance} = this.#options
    const {quietSince} = utterance
    const furtherMs = speechMsOf(utterance) - this.#judgedMs
    const hasPaused = silenceMs >= judgeAfterMs && quietSince !== this.#judgedSilence
    const goesOn = furtherMs >= judgeEveryMs * (this.#isBeside ? 2 : 1)
    if (!this.#isJudging && (hasPaused || goesOn)) void this.#judge()
  }

  async #judge(): Promise<void> {
    const {floor, utterance, recognize, soundMs, onTurn, onNone} = this.#options
    const {quietSince} = utterance
    this.#judgedMs = speechMsOf(utterance)
    this.#judgedSilence = quietSince
    this.#isJudging = true
    const transcript = await recognize().catch(() => undefined)
    this.#isJudging = false
    const verdict = verdictOf({
      ...{text: transcript?.text ?? '', language: transcript?.language, confidence: transcript?.confidence},
      ...{speechMs: this.#judgedMs, levelDb: levelOf(utterance), personDb: floor.personDb},
      spoken: floor.recentText(soundMs() + echoTailMs),
    })
    if (verdict === 'stop' || verdict === 'turn') {
      floor.yieldTo()
      return onTurn()
    }
    if (quietSince !== undefined && utterance.quietSince === quietSince) return onNone(verdict)
    if (verdict === 'background' || verdict === 'echo' || this.#judgedMs >= wordlessMs) {
      this.#isBeside = true
      floor.goOn()
    }
  }
}
