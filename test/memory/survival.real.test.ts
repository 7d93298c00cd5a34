// What is confirmed survives the process, and the memory survives its database.
import {spawn} from 'node:child_process'
import {once} from 'node:events'
import {join} from 'node:path'
import {openMemory} from '@essence/core/memory/memory'
import {openStore} from '@essence/core/store/open'
import {afterAll, describe, expect, it} from 'vitest'
import {noPostgres, type PostgresServer, startPostgres} from '../store/postgres-server.ts'
import {temporaryFolder} from '../temporary-folder.ts'

const place = {speaker: 'a', session: 's'}
const all = async (): Promise<boolean> => true

/** Lets a child add exchanges, kills it in the middle of that, and gives the last one of which it said that it is stored. */
const killWhileAdding = async (args: string[]): Promise<number> => {
  const program = join(import.meta.dirname, 'children/adding.ts')
  const child = spawn(process.execPath, ['--conditions=essence-source', program, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let said = ''
  child.stdout.setEncoding('utf8').on('data', text => {
    said += text
    if (said.split('\n').length > 20) child.kill('SIGKILL')
  })
  await once(child, 'close')
  return Number(said.trim().split('\n').at(-1))
}

describe('an exchange that was confirmed', () => {
  it('is there after kill -9, in the embedded database', async () => {
    const dataDir = temporaryFolder()
    const last = await killWhileAdding([dataDir])
    expect(last).toBeGreaterThanOrEqual(20)
    const store = await openStore({dataDir})
    await expectAll(store, last)
  })

  it.skipIf(noPostgres !== '')(`is there after kill -9, in PostgreSQL${noPostgres}`, async () => {
    const server = await startPostgres()
    try {
      const url = await server.database()
      const last = await killWhileAdding(['', url.reveal()])
      expect(last).toBeGreaterThanOrEqual(20)
      await expectAll(await openStore({dataDir: '', url}), last)
    } finally {
      await server.stop()
    }
  })

  const expectAll = async (store: Awaited<ReturnType<typeof openStore>>, last: number): Promise<void> => {
    const memory = openMemory({store, windowMessages: 100_000})
    const said = await (await memory.open(place)).fitted(all)
    const confirmed = Array.from({length: last}, (_, index) => [`question ${index + 1}`, `answer ${index + 1}`]).flat()
    // One more may have been stored and not confirmed.
    expect(said.map(({content}) => content).slice(0, confirmed.length)).toEqual(confirmed)
    expect(said.length % 2).toBe(0)
    await memory.close()
    await store.close()
  }
})

describe.skipIf(noPostgres !== '')(`a PostgreSQL that crashes${noPostgres}`, () => {
  let server: PostgresServer | undefined
  afterAll(async () => server?.stop())

  it('makes calls fail with STORE_UNAVAILABLE, which work again once it is back', async () => {
    server = await startPostgres()
    const store = await openStore({dataDir: '', url: await server.database(), connections: 3})
    const memory = openMemory({store})
    const conversation = await memory.open(place)
    await conversation.add({user: 'My name is Anna.', assistant: 'Hello Anna.'})
    await server.crash()
    const gone = {code: 'STORE_UNAVAILABLE', retryable: true}
    const failing = [
      () => memory.open(place),
      () => conversation.fitted(all),
      () => conversation.add({user: 'lost', assistant: 'lost'}),
      () => memory.recall(place, 'name'),
      () => memory.facts('a'),
      () => memory.note('a', {text: 'x', subject: undefined, provenance: 'said'}),
      () => memory.eraseAll('a'),
    ]
    for (const call of failing) await expect(call()).rejects.toMatchObject(gone)
    // Nothing of what was said is in the message.
    await expect(memory.recall(place, 'a secret')).rejects.toThrow(/^(?!.*secret)/s)
    await server.start()
    await conversation.add({user: 'I live in Lyon.', assistant: 'Nice.'})
    expect((await memory.facts('a')).map(({text}) => text)).toEqual(['Lives in Lyon.', 'Name is Anna.'])
    expect(await conversation.fitted(all)).toHaveLength(4)
    await memory.close()
    await store.close()
  })
})
