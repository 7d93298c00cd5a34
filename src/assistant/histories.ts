import {isEssenceError} from '../kit/errors.ts'
import type {Memory, MemoryPlace, OpenConversation} from '../memory/port.ts'
import type {Conversations} from './conversation-history.ts'

export interface Histories {
  open(place: MemoryPlace): Promise<OpenConversation>
  forget(place: Pick<MemoryPlace, 'speaker' | 'session'>): Promise<void>
  /** Why nothing is remembered beyond the process now; undefined where it is. */
  readonly lack: string | undefined
}

/** Conversations in the memory, and, while that cannot be had, in this process: an answer never waits for the database to be back. */
export const openHistories = (local: Conversations, memory: Memory | undefined): Histories => {
  let lack: string | undefined
  /** The same in this process, where the database is away; other errors are thrown. */
  const orHere =
    <T>(here: () => T) =>
    (error: unknown): T => {
      if (!isEssenceError(error) || error.code !== 'STORE_UNAVAILABLE') throw error
      lack = `memory: ${error.message}`
      return here()
    }
  const inProcess = (place: MemoryPlace): OpenConversation => {
    const history = local.open(keyOf(place))
    return {
      summary: undefined,
      fitted: fits => history.fitted(fits),
      add: async ({user, assistant}) => history.add({user, assistant}),
    }
  }
  return {
    get lack() {
      return lack
    },
    async open(place) {
      // The object, not the key: an exchange of a session that is forgotten meanwhile is forgotten with it.
      const fallback = inProcess(place)
      if (!memory) return fallback
      const stored = await memory.open(place).catch(orHere(() => undefined))
      if (!stored) return fallback
      lack = undefined
      return {
        summary: stored.summary,
        fitted: fits => stored.fitted(fits).catch(orHere(() => fallback.fitted(fits))),
        add: exchange => stored.add(exchange).catch(orHere(() => fallback.add(exchange))),
      }
    },
    async forget(place) {
      local.forget(keyOf(place))
      await memory?.forgetSession(place)
    },
  }
}

/** Of a person's conversation: two people may call theirs alike. */
export const keyOf = ({speaker, session}: Pick<MemoryPlace, 'speaker' | 'session'>): string =>
  JSON.stringify([speaker, session])

/** Whether a key is of a conversation of this person. */
export const isKeyOf =
  (speaker: string) =>
  (key: string): boolean =>
    key.startsWith(`${JSON.stringify([speaker]).slice(0, -1)},`)
