// Documents on their way to June: one after the other, as she reads them.
import {create} from 'zustand'
import {JuneError} from '../../server/june-error.ts'
import {sendDocument} from './send-document.ts'

export interface Upload {
  id: number
  file: File
  /** For all who talk to June, not only for this person. */
  everybody: boolean
  /** `reading`: all of it is there, and June reads. */
  state: 'waiting' | 'sending' | 'reading' | 'failed'
  /** 0..1, of what was sent. */
  progress: number
  problem?: JuneError | undefined
}

export const useUploads = create<{uploads: readonly Upload[]}>(() => ({uploads: []}))

let lastId = 0
let running: {id: number; abort: AbortController} | undefined
/** Called after each document that June has read. */
let onRead = (): void => {}

export const whenRead = (work: () => void): void => {
  onRead = work
}

const change = (id: number, to: Partial<Upload>): void =>
  useUploads.setState(({uploads}) => ({uploads: uploads.map(each => (each.id === id ? {...each, ...to} : each))}))

const drop = (id: number): void =>
  useUploads.setState(({uploads}) => ({uploads: uploads.filter(each => each.id !== id)}))

/** @param refuse why a file is not sent at all, where it is not */
export const upload = (
  files: Iterable<File>,
  {everybody, refuse}: {everybody: boolean; refuse: (file: File) => string | undefined},
): void => {
  const added = [...files].map((file): Upload => {
    const why = refuse(file)
    const problem = why === undefined ? undefined : new JuneError('DOCUMENT_REFUSED', why)
    return {id: ++lastId, file, everybody, state: problem ? 'failed' : 'waiting', progress: 0, problem}
  })
  useUploads.setState(({uploads}) => ({uploads: [...uploads, ...added]}))
  void sendNext()
}

/** Also of one that June reads already: she stops. */
export const cancelUpload = (id: number): void => {
  if (running?.id === id) running.abort.abort()
  drop(id)
}

/** Whether another attempt may go better. */
export const isRetryable = ({problem}: Upload): boolean =>
  problem !== undefined && !['DOCUMENT_REFUSED', 'DOCUMENT_TOO_LARGE', 'DOCUMENT_UNREADABLE'].includes(problem.code)

export const retryUpload = (id: number): void => {
  change(id, {state: 'waiting', progress: 0, problem: undefined})
  void sendNext()
}

const sendNext = async (): Promise<void> => {
  const next = useUploads.getState().uploads.find(({state}) => state === 'waiting')
  if (running || !next) return
  const {id, file, everybody} = next
  const abort = new AbortController()
  running = {id, abort}
  change(id, {state: 'sending'})
  try {
    await sendDocument(file, {
      everybody,
      signal: abort.signal,
      onProgress: progress => change(id, {progress, state: progress < 1 ? 'sending' : 'reading'}),
    })
    drop(id)
    onRead()
  } catch (problem) {
    if (!abort.signal.aborted) change(id, {state: 'failed', problem: problem as JuneError})
  } finally {
    running = undefined
    void sendNext()
  }
}

// A network that is back is worth another attempt.
window.addEventListener('online', () => {
  for (const {id, problem} of useUploads.getState().uploads) if (problem?.code === 'UNREACHABLE') retryUpload(id)
})
