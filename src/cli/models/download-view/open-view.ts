import {jsonView} from './json-view.ts'
import {linesView} from './lines-view.ts'
import {terminalView} from './terminal-view.ts'
import type {DownloadView} from './view.ts'

export type ViewKind = 'terminal' | 'lines' | 'json' | 'quiet'

/** The view that fits where stderr goes. */
export const openView = (kind: ViewKind, stream: NodeJS.WriteStream): DownloadView => {
  const write = (line: string): void => void stream.write(`${line}\n`)
  if (kind === 'terminal') return terminalView(stream)
  if (kind === 'lines') return linesView(write)
  return kind === 'json' ? jsonView(write) : {onEvent: () => {}, close: async () => {}}
}
