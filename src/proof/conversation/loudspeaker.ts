import {fromDbfs} from '../../audio/dsp/levels.ts'
import {personRate} from './mixer.ts'

/** A stretch of June's sound, where it was played. */
export interface Played {
  response: string
  item: string
  startMs: number
  endMs: number
  pcm: Float32Array
  sampleRate: number
}

export interface Loudspeaker {
  /** In order. */
  readonly played: readonly Played[]
  /** Sound that came; it is played once what came before is over. */
  push(sound: Pick<Played, 'response' | 'item' | 'pcm' | 'sampleRate'>, nowMs: number): void
  /** Drops what is not played yet. @returns how much of its item was heard; undefined where nothing was left to play */
  clear(nowMs: number): {response: string; item: string; heardMs: number} | undefined
  /** The response that is heard now. */
  playing(nowMs: number): string | undefined
  /** What is given out from a moment on: mono at `personRate`. */
  sound(fromMs: number, samples: number): Float32Array
}

/** Quieter than this is nothing to hear. */
const audible = fromDbfs(-50)

/** ms from the beginning of a stretch to its first sample that is heard. */
const firstHeardMs = ({pcm, sampleRate}: Played): number | undefined => {
  const at = pcm.findIndex(sample => Math.abs(sample) > audible)
  return at < 0 ? undefined : (at * 1000) / sampleRate
}

/** When a response is first heard. */
export const heardFromMs = (played: readonly Played[], response: string): number | undefined => {
  for (const each of played) {
    const after = each.response === response ? firstHeardMs(each) : undefined
    if (after !== undefined && each.startMs + after < each.endMs) return each.startMs + after
  }
  return undefined
}

/** A gap below this is of the network, not of June, in ms. */
const seamMs = 60

/** When sound was given out, without a gap that counts. */
export const soundingSpans = (played: readonly Played[], response?: string): {startMs: number; endMs: number}[] => {
  const spans: {startMs: number; endMs: number}[] = []
  for (const {startMs, endMs, response: of} of played) {
    if (endMs <= startMs || (response !== undefined && of !== response)) continue
    const last = spans.at(-1)
    if (last && startMs - last.endMs < seamMs) last.endMs = endMs
    else spans.push({startMs, endMs})
  }
  return spans
}

/** Plays what comes, one stretch after the other, as the loudspeaker of a person would. */
export const openLoudspeaker = (): Loudspeaker => {
  const played: Played[] = []
  const last = (): Played | undefined => played.at(-1)
  return {
    played,
    push(sound, nowMs) {
      const startMs = Math.max(nowMs, last()?.endMs ?? 0)
      played.push({...sound, startMs, endMs: startMs + (sound.pcm.length * 1000) / sound.sampleRate})
    },
    clear(nowMs) {
      const ending = last()
      if (!ending || ending.endMs <= nowMs) return undefined
      const current = played.find(({endMs}) => endMs > nowMs) ?? ending
      while ((last()?.startMs ?? 0) >= nowMs) played.pop()
      for (const each of played) each.endMs = Math.min(each.endMs, nowMs)
      const heardMs = played.reduce((ms, each) => (each.item === current.item ? ms + each.endMs - each.startMs : ms), 0)
      return {response: current.response, item: current.item, heardMs: Math.round(heardMs)}
    },
    playing(nowMs) {
      return played.findLast(({startMs, endMs}) => startMs <= nowMs && nowMs < endMs)?.response
    },
    sound(fromMs, samples) {
      const out = new Float32Array(samples)
      const toMs = fromMs + (samples * 1000) / personRate
      for (const {startMs, endMs, pcm, sampleRate} of played) {
        if (endMs <= fromMs || startMs >= toMs) continue
        for (let i = 0; i < samples; i++) {
          const ms = fromMs + (i * 1000) / personRate
          // The nearest sample is near enough for an echo.
          if (ms >= startMs && ms < endMs) out[i] = pcm[Math.floor(((ms - startMs) * sampleRate) / 1000)] ?? 0
        }
      }
      return out
    },
  }
}
