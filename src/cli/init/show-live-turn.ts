import {type LiveTurn, runLiveTurn} from '../../benchmark/live-turn.ts'
import type {Settings} from '../../config/schema.ts'
import {withCancel} from '../../kit/cancel.ts'
import {statusLine} from '../status-line.ts'
import {timeLines} from '../talk/turn-times.ts'

export interface TurnView {
  /** A line may be written over. */
  draws: boolean
  /** Of the result. */
  log: (line: string) => void
  note: (line: string) => void
  warn: (message: string) => void
  /** What is done, in detail. */
  detail: (message: string) => void
}

/** Runs a live turn and shows it. @throws what `runLiveTurn` throws */
export const showLiveTurn = (settings: Settings, {draws, log, note, warn, detail}: TurnView): Promise<LiveTurn> => {
  const line = draws ? statusLine() : undefined
  note('\nA live turn, with what June runs on now:')
  line?.show('loading speech recognition, the language model and speech synthesis …')
  const follow = async (signal: AbortSignal): Promise<LiveTurn> => {
    const done = await runLiveTurn(settings, {
      signal,
      onProgress: detail,
      onOpen: ({lines, notices}) => {
        line?.clear()
        for (const text of lines) note(text)
        for (const notice of notices) warn(notice)
        line?.show('asking, listening, answering …')
      },
      onHeard: text => {
        line?.clear()
        log(`you   ${text}`)
        line?.show('answering …')
      },
    }).finally(() => line?.clear())
    if (done.heard === '') log(`you   ${done.asked} (not understood, and so handed on as text)`)
    log(`june  ${done.answered}`)
    for (const text of timeLines(done.times)) note(text)
    return done
  }
  return withCancel(follow)
}
