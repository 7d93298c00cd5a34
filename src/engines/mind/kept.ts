import {openConversations} from '../../assistant/conversation-history.ts'
import type {Settings} from '../../config/schema.ts'
import type {Store} from '../../store/store.ts'
import {openStoreOf} from './memory.ts'

/** What outlives engines that are opened anew: conversations in the process, and the database, which one process opens once. */
export const newKept = () => {
  const conversations = openConversations()
  let opened: Promise<Store> | undefined
  return {
    conversations,
    /** The database the settings name. @throws as `openStore`, and is tried again at the next call */
    store(settings: Settings, signal?: AbortSignal): Promise<Store> {
      opened ??= openStoreOf(settings, signal).catch(error => {
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
