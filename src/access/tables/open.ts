import {askStore} from '../../store/ask-store.ts'
import type {OpenedDatabase} from '../../store/store.ts'
import {apiKeysTable} from './api-keys.ts'
import {auditTable} from './audit.ts'
import {peopleTable} from './people.ts'
import {refreshTokensTable} from './refresh-tokens.ts'

/** What is kept of people, tokens, keys and deeds. Every call throws STORE_UNAVAILABLE where the database cannot be used. */
export const openTables = (store: OpenedDatabase) => {
  const ask = askStore(store)
  return {
    people: peopleTable(ask),
    refreshTokens: refreshTokensTable(ask),
    keys: apiKeysTable(ask),
    audit: auditTable(ask),
  }
}

export type Tables = ReturnType<typeof openTables>
