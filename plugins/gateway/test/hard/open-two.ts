import {openDocuments} from '@essence/core/documents/documents'
import {mockLlm} from '@essence/core/llm/mock'
import {mockEmbedder} from '@essence/core/llm/mock-embedder'
import {openMemory} from '@essence/core/memory/memory'
import {scriptedEngines} from '../../../../test/engines/scripted.ts'
import {scriptedMind} from '../../../../test/engines/scripted-mind.ts'
import {storeKinds} from '../../../../test/store/stores.ts'
import {temporaryFolder} from '../../../../test/temporary-folder.ts'
import {openAccounts} from '../people/open-accounts.ts'

/** A gateway whose June keeps what is said, tells all she knows of who asks, and reads documents; in an embedded database. */
export const openTwo = async () => {
  const [kind] = storeKinds()
  if (!kind) throw new Error('There is no kind of database.')
  const {store} = await kind.create()
  const memory = openMemory({store})
  const documents = openDocuments({store, maxBytes: 2 ** 20})
  const {mind, remind} = scriptedMind()
  const engines = scriptedEngines({
    mind: {...mind, memory, documents},
    async answer({speaker = '', session, text}) {
      const place = {speaker, session, channel: 'web'}
      const known = await memory.facts(speaker)
      const before = await memory.recall(place, text, {limit: 5})
      const answer = `You said: ${text}. I know ${JSON.stringify([known, before])}`
      await (await memory.open(place)).add({user: text, assistant: answer.slice(0, 200)})
      return answer
    },
  })
  const gateway = await openAccounts({
    dataDir: temporaryFolder(),
    engines: {...engines, model: mockLlm(), embedder: mockEmbedder()},
  })
  return {
    ...gateway,
    memory,
    remind,
    async [Symbol.asyncDispose]() {
      await gateway[Symbol.asyncDispose]()
      await documents.close()
      await memory.close()
      await store.close()
    },
  }
}
