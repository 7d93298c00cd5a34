import type {TranscriptSegment} from '../port.ts'
import {type Cue, cueLimits, cuesOf, lineText, oneCueOf} from './cues.ts'

/** `srt`: SubRip; `vtt`: WebVTT (W3C). */
export type SubtitleFormat = 'srt' | 'vtt'

/** A cue that stays for less cannot be seen, in ms. */
const minVisibleMs = 100

/** Writes subtitles while the segments come; one cue is held back, until it is known when the next one begins. */
export interface SubtitleWriter {
  /** What stands before the first cue. */
  readonly head: string
  /** Takes the next segment; gives the cues that are complete. */
  push(segment: TranscriptSegment): string
  /** Gives what was held back. */
  end(): string
}

/**
 * @param wordTimes in WebVTT: the time of each word within its cue (the player can light them up)
 */
export const subtitleWriter = (format: SubtitleFormat, wordTimes = false): SubtitleWriter => {
  let held: Cue | undefined
  let count = 0
  const written = (cue: Cue): string => {
    count++
    return format === 'srt' ? srtCue(cue, count) : vttCue(cue, wordTimes)
  }
  /** The held cue, with the time it may stay. */
  const released = (nextStart = Number.POSITIVE_INFINITY): string => {
    if (!held) return ''
    const wanted = Math.max(held.endMs, held.startMs + cueLimits.minMs)
    return written({...held, endMs: Math.max(Math.min(wanted, nextStart), held.startMs + 1)})
  }
  return {
    head: format === 'vtt' ? 'WEBVTT\n\n' : '',
    push(segment) {
      let text = ''
      for (const [index, cue] of cuesOf(segment).entries()) {
        // Segments of no length come from engines; where words have times of their own, these stand.
        const minStayMs = index === 0 || !segment.words ? minVisibleMs : 1
        const both = held && cue.startMs < held.startMs + minStayMs ? oneCueOf(held, cue) : undefined
        if (both) {
          held = both
          continue
        }
        // Two at once would cover each other; an engine may let stretches of speech overlap by a little.
        const startMs = Math.max(cue.startMs, held ? held.startMs + minStayMs : 0)
        text += released(startMs)
        held = {...cue, startMs, endMs: Math.max(cue.endMs, startMs)}
      }
      return text
    },
    end() {
      const text = released()
      held = undefined
      return text
    },
  }
}

/** Subtitles of segments that are all there. */
export const subtitles = (segments: Iterable<TranscriptSegment>, format: SubtitleFormat, wordTimes = false): string => {
  const writer = subtitleWriter(format, wordTimes)
  let text = writer.head
  for (const segment of segments) text += writer.push(segment)
  return text + writer.end()
}

/** `01:02:03,004`, hours beyond 99 as they are. SubRip writes a comma, WebVTT a full stop. */
export const timestamp = (ms: number, mark: ',' | '.'): string => {
  const whole = Math.round(ms)
  const two = (value: number): string => String(Math.floor(value)).padStart(2, '0')
  const clock = `${two(whole / 3_600_000)}:${two((whole / 60_000) % 60)}:${two((whole / 1000) % 60)}`
  return `${clock}${mark}${String(whole % 1000).padStart(3, '0')}`
}

const srtCue = ({startMs, endMs, lines}: Cue, number: number): string => {
  // SubRip has no way to escape anything; only what looks like the line of times must not stand in a text.
  const text = lines.map(line => lineText(line).replaceAll('-->', '→')).join('\n')
  return `${number}\n${timestamp(startMs, ',')} --> ${timestamp(endMs, ',')}\n${text}\n\n`
}

const vttCue = (cue: Cue, wordTimes: boolean): string => {
  let reached = cue.startMs
  const lines = cue.lines.map(line =>
    line
      .map((token, index) => {
        const escaped = escapeVtt(token.text)
        const space = token.spaced && index > 0 ? ' ' : ''
        // A time within a cue must lie after the one before it, and before the cue's end.
        if (!wordTimes || token.startMs <= reached || token.startMs >= cue.endMs) return space + escaped
        reached = token.startMs
        return `${space}<${timestamp(token.startMs, '.')}>${escaped}`
      })
      .join(''),
  )
  return `${timestamp(cue.startMs, '.')} --> ${timestamp(cue.endMs, '.')}\n${lines.join('\n')}\n\n`
}

/** As WebVTT's cue text wants it; `-->` cannot occur once `>` is written as `&gt;`. */
const escapeVtt = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
