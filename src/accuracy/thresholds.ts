import {percent} from '../report/figures.ts'
import type {LengthClass, RoundTrip} from '../report/test-report.ts'

/** Word error rates, 0 to 1, of all cases and by length. */
type Rates = Record<'all' | LengthClass, number>

/** What was measured, and what is allowed: more, as a run of 100 phrases varies. */
interface Bounds {
  measured?: Rates | undefined
  allowed: Rates
}

interface Row {
  name: string
  /** Of the engine and the model, as services tell them: "whisper ggml-base.bin". */
  recognizer: RegExp
  voice: RegExp
  /** Of the 1,000 phrases of `essence dataset validation`, seed 1, sent as Ogg Opus. */
  validation: Bounds
  /** Of 100 passages of `essence dataset alice`, seed 1: names, verse and speech of another century. */
  alice?: Bounds | undefined
}

const rates = (all: number, short: number, medium: number, long: number): Rates => ({all, short, medium, long})
const measured = (found: Rates, allowed: Rates): Bounds => ({measured: found, allowed})
const guessed = (allowed: Rates): Bounds => ({allowed})

const espeak = /^espeak/
const piper = /^piper\b/
const kokoro = /^kokoro\b/
const tiny = /^whisper.*\btiny\b/
const base = /^whisper.*\bbase\b/
const larger = /^parakeet\b|^whisper.*\b(?:small|medium|large|turbo)\b/

/** The first row that fits counts. Stand-ins have none: a run that hears or speaks with one proves nothing, and is not to pass. */
const rows: readonly Row[] = [
  {
    name: 'june-nano with espeak-ng',
    recognizer: /\bjune-nano$/,
    voice: espeak,
    validation: measured(rates(0.079, 0.137, 0.076, 0.073), rates(0.13, 0.26, 0.14, 0.12)),
  },
  {
    name: 'Whisper base with Piper',
    recognizer: base,
    voice: piper,
    validation: measured(rates(0.028, 0.09, 0.035, 0.016), rates(0.06, 0.18, 0.08, 0.05)),
    alice: measured(rates(0.08, 0, 0, 0.078), rates(0.13, 0.3, 0.3, 0.13)),
  },
  {
    name: 'Whisper tiny with Piper',
    recognizer: tiny,
    voice: piper,
    validation: measured(rates(0.036, 0.104, 0.042, 0.024), rates(0.08, 0.22, 0.1, 0.07)),
  },
  {
    name: 'Whisper base with Kokoro',
    recognizer: base,
    voice: kokoro,
    validation: guessed(rates(0.06, 0.18, 0.08, 0.05)),
  },
  {
    name: 'Whisper tiny with Kokoro',
    recognizer: tiny,
    voice: kokoro,
    validation: guessed(rates(0.08, 0.22, 0.1, 0.07)),
  },
  {
    name: 'larger recognisers with neural voices',
    recognizer: larger,
    voice: /^(?:piper|kokoro)\b/,
    validation: guessed(rates(0.06, 0.18, 0.08, 0.05)),
  },
  {
    name: 'Whisper with espeak-ng',
    recognizer: /^whisper/,
    voice: espeak,
    validation: guessed(rates(0.22, 0.6, 0.18, 0.22)),
  },
]

/** Of engines that are in no row, and of recordings and texts of one's own. */
const other: Rates = rates(0.15, 0.3, 0.15, 0.15)

/** Share of cases in which speech may go unheard. */
const failed = 0.01

/** An engine as its service tells. */
interface Engine {
  engine: string
  model: string
}

const textOf = ({engine, model}: Engine): string => `${engine} ${model}`

/**
 * The word error rates that a round trip may have with these engines, and the share of cases in which speech may go unheard.
 * `row` says where they come from.
 * @param dataset `validation`, `alice`, or another
 */
export const thresholdsFor = (test: {recognizer: Engine; voice: Engine; dataset: string}): RoundTrip['thresholds'] => {
  const [recognizer, voice] = [textOf(test.recognizer), textOf(test.voice)]
  const row = rows.find(one => one.recognizer.test(recognizer) && one.voice.test(voice))
  const {dataset} = test
  const bounds = dataset === 'validation' || dataset === 'alice' ? row?.[dataset] : undefined
  if (!row || !bounds) return {row: `${recognizer} with ${voice} on ${dataset}: not in the table`, wer: other, failed}
  const found = bounds.measured ? `measured ${percent(bounds.measured.all)}` : 'not measured yet'
  return {row: `${row.name} on ${dataset}: ${found}`, wer: bounds.allowed, failed}
}
