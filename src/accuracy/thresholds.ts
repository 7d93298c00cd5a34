import type {LengthClass, RoundTrip} from '../report/test-report.ts'

/** Word error rates, 0 to 1, of all cases and by length. */
type Rates = Record<'all' | LengthClass, number>

interface Row {
  name: string
  /** Of the engine and the model, as services tell them: "whisper ggml-base.bin". */
  recognizer: RegExp
  voice: RegExp
  /** On 30 short, 40 medium and 40 long sentences; undefined where nobody has measured yet. */
  measured?: Rates
  /** More than was measured, as 1,000 other phrases may be harder. */
  allowed: Rates
}

const rates = (all: number, short: number, medium: number, long: number): Rates => ({all, short, medium, long})

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
    measured: rates(0.041, 0.014, 0.032, 0.05),
    allowed: rates(0.07, 0.06, 0.07, 0.08),
  },
  {
    name: 'Whisper tiny with espeak-ng',
    recognizer: tiny,
    voice: espeak,
    measured: rates(0.134, 0.194, 0.107, 0.141),
    allowed: rates(0.2, 0.35, 0.18, 0.2),
  },
  {
    name: 'Whisper base with espeak-ng',
    recognizer: base,
    voice: espeak,
    measured: rates(0.151, 0.431, 0.091, 0.148),
    allowed: rates(0.22, 0.6, 0.15, 0.22),
  },
  {
    name: 'Whisper tiny with Piper',
    recognizer: tiny,
    voice: piper,
    measured: rates(0.039, 0, 0.052, 0.037),
    allowed: rates(0.07, 0.08, 0.09, 0.07),
  },
  {
    name: 'Whisper base with Piper',
    recognizer: base,
    voice: piper,
    measured: rates(0.038, 0.028, 0.036, 0.041),
    allowed: rates(0.07, 0.08, 0.07, 0.07),
  },
  {
    name: 'Whisper tiny with Kokoro',
    recognizer: tiny,
    voice: kokoro,
    measured: rates(0.033, 0.014, 0.045, 0.028),
    allowed: rates(0.07, 0.08, 0.09, 0.07),
  },
  {
    name: 'Whisper base with Kokoro',
    recognizer: base,
    voice: kokoro,
    measured: rates(0.034, 0.014, 0.045, 0.03),
    allowed: rates(0.07, 0.08, 0.07, 0.07),
  },
  {
    name: 'larger recognisers with espeak-ng',
    recognizer: larger,
    voice: espeak,
    allowed: rates(0.2, 0.5, 0.15, 0.2),
  },
  {
    name: 'larger recognisers with neural voices',
    recognizer: larger,
    voice: /^(?:piper|kokoro)\b/,
    allowed: rates(0.06, 0.08, 0.06, 0.06),
  },
]

/** Of an engine that is in no row, a person's own model among them. */
const other: Rates = rates(0.15, 0.3, 0.15, 0.12)

/** What is allowed to fail: cases that have no result at all. */
const failed = 0.01

/** An engine as its service tells. */
interface Engine {
  engine: string
  model: string
}

/**
 * The word error rates that a round trip may have with these engines, and the share of cases that may have no result.
 * `row` says what was measured.
 */
export const thresholdsFor = (engines: {recognizer: Engine; voice: Engine}): RoundTrip['thresholds'] => {
  const [recognizer, voice] = [engines.recognizer, engines.voice].map(({engine, model}) => `${engine} ${model}`) as [
    string,
    string,
  ]
  const row = rows.find(one => one.recognizer.test(recognizer) && one.voice.test(voice))
  if (!row) return {row: `${recognizer} with ${voice}: not in the table`, wer: other, failed}
  const measured = row.measured ? `measured ${(100 * row.measured.all).toFixed(1)} %` : 'not measured yet'
  return {row: `${row.name}: ${measured}`, wer: row.allowed, failed}
}
