import type {DownloadEvent} from '../../../models/download/download-event.ts'

/** Shows a download while it goes on. All of it goes to stderr: stdout is for results. */
export interface DownloadView {
  onEvent(event: DownloadEvent): void
  /** Ends the view; nothing is drawn afterwards. */
  close(): Promise<void>
}
