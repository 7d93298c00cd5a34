import {openConversations} from '../../assistant/conversation-history.ts'
import type {Settings} from '../../config/schema.ts'
import type {Store} from '../../store/store.ts'

/** What outlives engines that are opened anew: conversations in the process, and the database, which one process opens once. */
export const newKept = () => {
  const conversations = openConversations()
  let opened: Promise<Store> | undefined
  return {
    conversations,
    /** The database the settings name. @throws as `openStore`, and is tried again at the next call */
    store(settings: Settings, signal?: AbortSignal): Promise<Store> {
      opened ??= open(settings, signal).catch(error => {
        opened = undefined
        throw error
      })
      return opened
    },
    async close(): Promise<void> {
      const store = await opened?.catch(() => undefined)
      await store?.close()
    },
  }
}

export type Kept = ReturnType<typeof newKept>

/** Its libraries only where there is a mind of this process. */
const open = async (settings: Settings, signal: AbortSignal | undefined): Promise<Store> =>
  (await import('./memory.ts')).openStoreOf(settings, signal)
