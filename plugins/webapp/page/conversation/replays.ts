// Answers that were heard in this page can be heard again.
import {create} from 'zustand'

/** The sound of older ones is let go: a minute of it has some 5 MB. */
const maxReplays = 20

interface Replays {
  /** The clips of answers, by the ids of their messages, the oldest first. */
  clips: ReadonlyMap<string, readonly AudioBuffer[]>
}

export const useReplays = create<Replays>(() => ({clips: new Map()}))

export const keepReplay = (id: string, clips: readonly AudioBuffer[]): void =>
  useReplays.setState(({clips: kept}) => ({clips: new Map([...kept, [id, clips] as const].slice(-maxReplays))}))
