import {openDocuments} from '@essence/core/documents/documents'
import {openMemory} from '@essence/core/memory/memory'
import {scriptedEngines} from '../../../../test/engines/scripted.ts'
import {scriptedMind} from '../../../../test/engines/scripted-mind.ts'
import {temporaryFolder} from '../../../../test/temporary-folder.ts'
import type {GatewayOptions} from '../../src/service-options.ts'
import {embedded, openAccounts} from './open-accounts.ts'

/** A gateway whose people have accounts, and whose mind remembers and reads for real, in an embedded database. */
export const openPeople = async (options: Partial<GatewayOptions> = {}) => {
  const {store} = await embedded.create()
  const memory = openMemory({store})
  const documents = openDocuments({store, maxBytes: 2 ** 20})
  const mind = {...scriptedMind().mind, memory, documents}
  const gateway = await openAccounts({dataDir: temporaryFolder(), engines: scriptedEngines({mind}), ...options})
  return {
    ...gateway,
    memory,
    documents,
    async [Symbol.asyncDispose]() {
      await gateway[Symbol.asyncDispose]()
      await documents.close()
      await memory.close()
      await store.close()
    },
  }
}
