import {create} from 'zustand'

interface Writing {
  /** Turns that come before the one that was written; absent: it does not wait. */
  before?: number | undefined
  /** June is busy; seconds until she is asked again. */
  retryInS?: number | undefined
  /** The newest answer that is read and not heard, for those who have the page read to them. */
  answered: string
}

/** What goes on with a written message. */
export const useWriting = create<Writing>(() => ({answered: ''}))

/** The message waits no longer. */
export const endWait = (): void => useWriting.setState({before: undefined, retryInS: undefined})
