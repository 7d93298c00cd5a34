import {create} from 'zustand'

export type TalkState = 'idle' | 'opening' | 'listening' | 'hearing' | 'thinking' | 'speaking' | 'reconnecting'

interface Talk {
  state: TalkState
  /** Of the microphone, 0..1. */
  level: number
  isMuted: boolean
}

/** What goes on in the live conversation. */
export const useTalk = create<Talk>(() => ({state: 'idle', level: 0, isMuted: false}))
export const showState = (state: TalkState): void => useTalk.setState({state})
