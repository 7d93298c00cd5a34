import {create} from 'zustand'

export type TalkState =
  | 'idle'
  | 'opening'
  | 'listening'
  /** The button is to be held. */
  | 'ready'
  | 'muted'
  | 'hearing'
  /** She is to answer, and others come first. */
  | 'queued'
  | 'thinking'
  | 'speaking'
  | 'reconnecting'
  /** June is busy. */
  | 'waiting'

/** What is so in the live conversation, each by itself; what is shown follows from all of it. */
export interface TalkFacts {
  connection: 'none' | 'opening' | 'open' | 'lost' | 'busy'
  isPushToTalk: boolean
  isMuted: boolean
  /** The button is held. */
  isHeld: boolean
  /** June hears the person speak. */
  isHearing: boolean
  /** An answer was asked for and has not begun. */
  isAwaited: boolean
  /** Turns of others that come before the answer; undefined: none is waited for. */
  before: number | undefined
  /** June answers. */
  isAnswering: boolean
  /** Of this answer something was heard. */
  hasSounded: boolean
  /** Her voice is heard now. */
  isSounding: boolean
}

interface Talk extends TalkFacts {
  state: TalkState
  /** Seconds until June is asked again, where she is busy. */
  seconds: number
  /** What the person is to know, for a while. */
  notice: string | undefined
}

export const noFacts: TalkFacts = {
  connection: 'none',
  isPushToTalk: false,
  isMuted: false,
  isHeld: false,
  isHearing: false,
  isAwaited: false,
  before: undefined,
  isAnswering: false,
  hasSounded: false,
  isSounding: false,
}

/** What goes on in the live conversation. */
export const useTalk = create<Talk>(() => ({...noFacts, state: 'idle', seconds: 0, notice: undefined}))

/** What is shown. */
export const stateOf = (facts: TalkFacts): TalkState => {
  const {connection, isPushToTalk, isHeld, isHearing, isAwaited, isAnswering, hasSounded, isSounding} = facts
  if (connection === 'none') return 'idle'
  if (isPushToTalk && isHeld) return 'hearing'
  if (connection === 'opening') return 'opening'
  if (connection === 'lost') return 'reconnecting'
  if (connection === 'busy') return 'waiting'
  if (!isPushToTalk && isHearing) return 'hearing'
  if (isSounding || (isAnswering && hasSounded)) return 'speaking'
  if (isAwaited || isAnswering) return facts.before === undefined ? 'thinking' : 'queued'
  if (isPushToTalk) return 'ready'
  return facts.isMuted ? 'muted' : 'listening'
}

/** Something has changed in the live conversation. */
export const note = (change: Partial<TalkFacts>): void =>
  useTalk.setState(talk => {
    const facts = {...talk, ...change}
    return {...change, state: stateOf(facts)}
  })

/** What goes on without a live conversation: with a written message. While there is one, it has states of its own. */
export const showState = (state: TalkState): void => {
  if (useTalk.getState().connection === 'none') useTalk.setState({state})
}

/** ms that a notice is shown. */
const noticeMs = 10_000

let fading: ReturnType<typeof setTimeout> | undefined

/** Tells the person something, for a while. */
export const say = (notice: string): void => {
  useTalk.setState({notice})
  clearTimeout(fading)
  fading = setTimeout(() => useTalk.setState({notice: undefined}), noticeMs)
}
