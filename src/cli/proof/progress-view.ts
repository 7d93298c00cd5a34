import type {TestProgress} from '../../proof/run-options.ts'
import {percent} from '../../report/figures.ts'
import type {StatusLine} from '../status-line.ts'

export interface ProgressViewOptions {
  /** Where there is a terminal to draw on. */
  line: StatusLine | undefined
  note: (text: string) => void
  /** Notes also what went well, and how far it is where there is no line to write over. */
  verbose: boolean
  now?: () => number
}

/** How often the progress is noted off a terminal, in ms. */
const noteEveryMs = 30_000

/** How far a test is, for people who wait for it: a line that is written over; off a terminal one every half minute. */
export const progressView = ({line, note, verbose, now = () => performance.now()}: ProgressViewOptions) => {
  const told = (text: string): void => {
    line?.clear()
    note(text)
  }
  let [began, noted] = [now(), now()]
  let [failed, words, errors, checks] = [0, 0, 0, 0]
  return (progress: TestProgress): void => {
    if (progress.type === 'step') {
      line?.show(`${progress.text} …`)
      if (!line || verbose) note(`${progress.text} …`)
      return
    }
    if (progress.type === 'check') {
      const {service, name, ok, ms, detail} = progress.check
      checks++
      if (!ok) told(`✗ ${service}: ${name}: ${detail}`)
      else if (verbose) told(`✓ ${service}: ${name} (${ms} ms)`)
      line?.show(`${checks} checks, ${service}: ${name}`)
      return
    }
    if (progress.type === 'scenario') {
      const {done, of, last} = progress
      for (const failure of last.failures) told(`✗ ${last.name}: ${failure}`)
      if (last.failures.length === 0 && verbose) told(`✓ ${last.name} (${timeText(last.ms)})`)
      line?.show(`${done} of ${of} scenarios`)
      return
    }
    const {done, of, last} = progress
    if (done === 1) [began, noted] = [now(), now()]
    if (last.failure !== undefined) failed++
    words += last.input?.words ?? 0
    errors += last.input?.wordErrors ?? 0
    const left = ((now() - began) / Math.max(1, done - 1)) * (of - done)
    const wrong = `${percent(errors / Math.max(1, words))} of words wrong`
    const text = `${done} of ${of} phrases, ${wrong}${failed > 0 ? `, ${failed} failed` : ''}${done > 1 && done < of ? `, ${timeText(left)} left` : ''}`
    if (last.failure !== undefined && (verbose || failed === 1)) told(`✗ ${last.text}: ${last.failure}`)
    line?.show(text)
    if (line || now() - noted < noteEveryMs) return
    noted = now()
    note(text)
  }
}

/** `40 s`, `12 min` */
const timeText = (ms: number): string => (ms < 90_000 ? `${Math.ceil(ms / 1000)} s` : `${Math.round(ms / 60_000)} min`)
