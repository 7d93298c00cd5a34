import type {DownloadEvent} from '../../../models/download/download-event.ts'
import {jsonView} from './json-view.ts'
import {linesView} from './lines-view.ts'
import {terminalView} from './terminal-view.ts'

/** Shows a download while it goes on. All of it goes to stderr: stdout is for results. */
export interface DownloadView {
  onEvent(event: DownloadEvent): void
  /** Ends the view; nothing is drawn afterwards. */
  close(): Promise<void>
}

export type ViewKind = 'terminal' | 'lines' | 'json' | 'quiet'

/** The view that fits where stderr goes. */
export const openView = (kind: ViewKind, stream: NodeJS.WriteStream): DownloadView => {
  const write = (line: string): void => void stream.write(`${line}\n`)
  if (kind === 'terminal') return terminalView(stream)
  if (kind === 'lines') return linesView(write)
  return kind === 'json' ? jsonView(write) : {onEvent: () => {}, close: async () => {}}
}
