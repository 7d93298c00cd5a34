import type {TranscriptionProgress} from '../../stt/transcript/transcribe-sound.ts'
import type {StatusLine} from '../status-line.ts'

export interface ProgressOptions {
  /** The file's name. */
  name: string
  /** How long the sound is, in ms, where it says. */
  lengthMs?: number | undefined
  line: StatusLine
  /** Says something where there is no line to write over. */
  note?: (text: string) => void
}

/** Work that is done sooner gets no lines off a terminal, in ms. */
const longMs = 30_000

/** Times on the line change at most so often, in ms. */
const redrawMs = 100

/** Shows how far a recognition is: on a line that is written over; off a terminal every half minute. */
export const transcriptionProgress = ({name, lengthMs, line, note}: ProgressOptions): TranscriptionProgress => {
  const started = performance.now()
  let drawn = Number.NEGATIVE_INFINITY
  let noted = started
  // Nothing is recognised yet.
  line.show(`${name}  listening …`)
  return {
    onPosition(ms) {
      const now = performance.now()
      const text = (): string => `${name}  ${progressText(ms, lengthMs, now - started)}`
      if (now - drawn >= redrawMs) {
        drawn = now
        line.show(text())
      }
      if (!note || now - noted < longMs) return
      noted = now
      note(text())
    },
  }
}

/** For sound that comes as it is spoken: what the utterance sounds like so far. Its end is shown where it is long. */
export const interimView = (line: StatusLine): TranscriptionProgress => ({
  onInterim: text => (text ? line.show(text, 'end') : line.clear()),
})

/** `12:34 of 1:02:03, 20 %, 14 × real time, 3:20 left` */
export const progressText = (ms: number, lengthMs: number | undefined, tookMs: number): string => {
  const speed = tookMs > 0 ? ms / tookMs : 0
  const pace = `${speed < 10 ? speed.toFixed(1) : Math.round(speed)} × real time`
  if (lengthMs === undefined || lengthMs < ms) return `${clock(ms)}, ${pace}`
  const left = speed > 0 ? `, ${clock((lengthMs - ms) / speed)} left` : ''
  return `${clock(ms)} of ${clock(lengthMs)}, ${Math.floor((ms / lengthMs) * 100)} %, ${pace}${left}`
}

/** `3:20`, `1:02:03`. */
const clock = (ms: number): string => {
  const seconds = Math.round(ms / 1000)
  const two = (value: number): string => String(value).padStart(2, '0')
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60]
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`
}
