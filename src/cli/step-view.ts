// Shows a list of steps while they are done: a build's, a deploy's. All of it goes to stderr: stdout is for results.
import {Listr, ListrLogger, ProcessOutput} from 'listr2'
import type {StepEvent} from '../release/step-event.ts'
import {StderrRenderer} from './stderr-renderer.ts'

export interface StepView<Step extends string> {
  onStep(event: StepEvent<Step>): void
  /** Ends the view; nothing is drawn afterwards. */
  close(): Promise<void>
}

export type StepViewKind = 'terminal' | 'lines' | 'quiet'

/** Less than a tenth of a second is not worth telling. */
const duration = (ms: number | undefined): string =>
  ms === undefined || ms < 100 ? '' : `  ${(ms / 1000).toFixed(1)} s`

const lineOf = (title: string, {state, detail, ms}: StepEvent<string>): string => {
  const what = detail ? `${title}: ${detail}` : title
  if (state === 'failed') return `${title}: failed`
  if (state === 'skipped') return `${title}: left out${detail ? `, ${detail}` : ''}`
  return `${what}${duration(ms)}`
}

interface ShownStep {
  title: string
  skipped: boolean
  /** Draws it; the list may not have come to it yet. */
  draw: () => void
  over: PromiseWithResolvers<void>
}

const terminalView = <Step extends string>(
  titles: Readonly<Record<Step, string>>,
  stream: NodeJS.WriteStream,
): StepView<Step> => {
  const logger = new ListrLogger({processOutput: new ProcessOutput(stream, stream)})
  const shown = new Map<string, ShownStep>()
  for (const step of Object.keys(titles) as Step[]) {
    const over = Promise.withResolvers<void>()
    // A failure is told by the command; here it only ends the list.
    over.promise.catch(() => {})
    shown.set(step, {title: titles[step], skipped: false, draw: () => {}, over})
  }
  const list = new Listr(
    [...shown.values()].map(one => ({
      title: one.title,
      task: (_, task) => {
        one.draw = () => {
          if (one.skipped) task.skip(one.title)
          else task.title = one.title
        }
        one.draw()
        return one.over.promise
      },
    })),
    {
      // Its own would end the process on Ctrl-C, with half a step left behind.
      registerSignalListeners: false,
      collectErrors: false,
      renderer: StderrRenderer,
      rendererOptions: {logger, showErrorMessage: false, collapseErrors: false, collapseSkips: false},
    },
  )
  const ended = list.run().catch(() => {})

  return {
    onStep: event => {
      const one = shown.get(event.step)
      if (!one || event.state === 'started') return
      one.title = lineOf(titles[event.step], event)
      one.skipped = event.state === 'skipped'
      one.draw()
      if (event.state === 'failed') one.over.reject(new Error(one.title))
      else if (event.state !== 'progress') one.over.resolve()
    },
    close: async () => {
      for (const {over} of shown.values()) over.reject(new Error('not reached'))
      await ended
    },
  }
}

const linesView = <Step extends string>(
  titles: Readonly<Record<Step, string>>,
  write: (line: string) => void,
): StepView<Step> => ({
  onStep: event => {
    // How far it is would be a line a second.
    if (event.state !== 'started' && event.state !== 'progress') write(lineOf(titles[event.step], event))
  },
  close: async () => {},
})

/** @param titles what is shown of each step, in the order in which they are done */
export const openStepView = <Step extends string>(
  titles: Readonly<Record<Step, string>>,
  kind: StepViewKind,
  stream: NodeJS.WriteStream = process.stderr,
): StepView<Step> => {
  if (kind === 'terminal') return terminalView(titles, stream)
  if (kind === 'lines') return linesView(titles, line => void stream.write(`${line}\n`))
  return {onStep: () => {}, close: async () => {}}
}
