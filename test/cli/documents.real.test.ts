// Documents of a June that runs elsewhere, over gRPC.
import {join} from 'node:path'
import {serveAssistant} from '@essence/core/assistant/grpc/server'
import {mockAssistant} from '@essence/core/assistant/mock'
import {documentNamed, withDocuments} from '@essence/core/cli/mind/documents'
import {readConfig} from '@essence/core/config/read'
import {openDocuments} from '@essence/core/documents/documents'
import {openMemory} from '@essence/core/memory/memory'
import {openStore} from '@essence/core/store/open'
import {openReminders} from '@essence/core/tools/reminders'
import {expect, it, onTestFinished} from 'vitest'
import {temporaryFolder} from '../temporary-folder.ts'

const folder = temporaryFolder()

it('are those of the June that runs, whose database stays hers', async () => {
  const dataDir = join(folder, 'data')
  const store = await openStore({dataDir})
  const documents = openDocuments({store, maxBytes: 1000})
  const reminders = openReminders({store})
  const mind = {memory: openMemory({store}), documents, reminders, tools: []}
  const rpc = await serveAssistant({
    ...{host: '127.0.0.1', port: 0, variable: 'LLM_PORT', version: '1.2.3', idleMs: 5000, stallMs: 5000},
    maxDocumentBytes: 1000,
    engines: () => ({assistant: {...mockAssistant(), mind}, llm: undefined, embedder: undefined}),
  })
  await rpc.ready()
  onTestFinished(async () => {
    await rpc.close()
    for (const part of [documents, reminders, mind.memory, store]) await part.close()
  })
  const env = {JUNE_DATA_DIR: dataDir, ENV_SH: '/dev/null', LLM_URL: rpc.url}
  const {settings} = await readConfig({env})
  const bytes = Buffer.from('The key lies under the mat.')
  await withDocuments(
    settings,
    () => {},
    async used => {
      const added = await used.add({name: 'notes.txt', bytes, owner: 'sam'})
      expect(added).toMatchObject({name: 'notes.txt', owner: 'sam', chunks: 1, state: 'ready'})
      expect(await documents.list('sam')).toEqual([added])
      expect(await used.list()).toEqual([])
      expect(await used.search('key', {owner: 'sam'})).toMatchObject([{document: {name: 'notes.txt'}}])
      expect(await used.search('key', {owner: 'ann'})).toEqual([])
      await expect(used.add({name: 'a', bytes: new Uint8Array(1001)})).rejects.toMatchObject({
        code: 'DOCUMENT_TOO_LARGE',
      })
      await expect(documentNamed(used, 'ann', added.id)).rejects.toMatchObject({code: 'DOCUMENT_UNKNOWN'})
      await used.remove((await documentNamed(used, 'sam', added.id.slice(0, 8))).id, 'sam')
      expect(await documents.list('sam')).toEqual([])
    },
  )
})

it('that are read nowhere are an error, not those of another place', async () => {
  const rpc = await serveAssistant({
    ...{host: '127.0.0.1', port: 0, variable: 'LLM_PORT', version: '1.2.3', idleMs: 5000, stallMs: 5000},
    maxDocumentBytes: 1000,
    engines: () => ({assistant: mockAssistant(), llm: undefined, embedder: undefined}),
  })
  await rpc.ready()
  onTestFinished(() => rpc.close())
  const env = {JUNE_DATA_DIR: join(folder, 'none'), ENV_SH: '/dev/null', LLM_URL: rpc.url}
  const {settings} = await readConfig({env})
  await expect(
    withDocuments(
      settings,
      () => {},
      used => used.list(),
    ),
  ).rejects.toMatchObject({code: 'ENGINE_UNAVAILABLE'})
})
