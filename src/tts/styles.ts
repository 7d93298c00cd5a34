import type {Style} from './port.ts'

/** A move away from how a voice speaks by itself. */
export interface Prosody {
  /** Relative rate; 1 is the voice's own. */
  rate: number
  /** Semitones; 0 is the voice's own. */
  semitones: number
  /** dB against the loudness all speech has. */
  db: number
}

export const plainProsody: Prosody = {rate: 1, semitones: 0, db: 0}

/**
 * What a style does to a voice. Which way each goes is what Juslin and Laukka found over 104 studies (Psychological
 * Bulletin 129, 2003, table 7): anger and joy fast, loud and high; sadness and tenderness slow, soft and low. How far is ours,
 * about half of what actors do, so that no voice sounds like a cartoon: see docs/decisions/speech-signal.md.
 */
export const styles: Record<Style, Prosody> = {
  neutral: plainProsody,
  happy: {rate: 1.06, semitones: 1.5, db: 1},
  sad: {rate: 0.86, semitones: -1.5, db: -3},
  angry: {rate: 1.1, semitones: 1, db: 3},
  excited: {rate: 1.16, semitones: 2.5, db: 2},
  calm: {rate: 0.92, semitones: -1, db: -2},
}

/** Both moves, one after the other. */
export const combineProsody = (a: Prosody, b: Prosody): Prosody => ({
  rate: a.rate * b.rate,
  semitones: a.semitones + b.semitones,
  db: a.db + b.db,
})

/** How far all moves together may go; beyond, speech is no longer understood. */
const limits = {
  rate: {low: 0.25, high: 4},
  semitones: {low: -18, high: 18},
  db: {low: Number.NEGATIVE_INFINITY, high: 9},
}

/** The prosody within the limits. */
export const limitProsody = ({rate, semitones, db}: Prosody): Prosody => {
  const within = (value: number, {low, high}: {low: number; high: number}): number =>
    Math.max(low, Math.min(high, value))
  return {
    rate: within(rate, limits.rate),
    semitones: within(semitones, limits.semitones),
    db: within(db, limits.db),
  }
}
