import type {PlannedFile} from './plan-model.ts'

/**
 * What happens during a download, for whoever shows it. Sizes in bytes; `paused` has no path while the repository is
 * listed; a model is stopped when it is cancelled, or when another one failed in a way it would meet as well.
 */
export type DownloadEvent =
  | {event: 'start'; files: number; bytes: number; toFetch: number}
  | {event: 'file'; model: string; path: string; size: number; state: PlannedFile['state']}
  | {event: 'progress'; model: string; path: string; received: number; size: number}
  | {event: 'paused'; model: string; path?: string; reason: string; pauseMs: number}
  | {event: 'waiting'; model: string; path: string; owner: string}
  | {event: 'file-done'; model: string; path: string; size: number; sha256: string; fetched: boolean}
  | {event: 'model-done'; model: string; commit: string}
  | {event: 'model-failed'; model: string; code: string; message: string}
  | {event: 'model-stopped'; model: string}
