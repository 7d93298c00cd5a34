import type {ModelStore} from '../cache/store.ts'
import type {HubAccess} from '../hub/hub-request.ts'
import type {DownloadEvent} from './download-event.ts'
import type {FetchOptions} from './fetch-blob.ts'

export interface DownloadOptions
  extends Pick<
    FetchOptions,
    'parts' | 'partBytes' | 'checkpointBytes' | 'tries' | 'firstPauseMs' | 'sleep' | 'force' | 'wait'
  > {
  store: ModelStore
  /** Absent when offline: then every file must be here. */
  hub: HubAccess | undefined
  /** Connections of all files together. Default 8. */
  connections?: number
  /** Files under way at once. Default 3. */
  filesAtOnce?: number
  onEvent?: (event: DownloadEvent) => void
  signal?: AbortSignal | undefined
}
