import {setTimeout as pause} from 'node:timers/promises'
import {type DocumentsOptions, openDocuments} from '@essence/core/documents/documents'
import type {Documents} from '@essence/core/documents/port'
import type {Embedder} from '@essence/core/llm/embedding-port'
import {chunks, documents as documentsTable} from '@essence/core/store/schema'
import type {Store} from '@essence/core/store/store'
import fc from 'fast-check'
import {afterAll, describe, expect, it} from 'vitest'
import {wordEmbedder} from '../memory/word-embedder.ts'
import {storeKinds} from '../store/stores.ts'
import {docxWith, pdfBomb, pdfOf} from './files.ts'

const maxBytes = 2 ** 20
const text = (content: string): Uint8Array => Buffer.from(content)

for (const kind of storeKinds()) {
  describe(`documents on ${kind.name}${kind.missing}`, () => {
    afterAll(kind.stop)
    const test = it.skipIf(kind.missing !== '')
    const opened = async (options: Partial<DocumentsOptions> = {}) => {
      const {store, reopen} = await kind.create()
      return {store, reopen, documents: openDocuments({store, maxBytes, ...options})}
    }
    const end = async (documents: Documents, store: Store): Promise<void> => {
      await documents.close()
      await store.close()
    }

    test('are found by their words at once, and cited by name, page and headings, also after a restart', async () => {
      const {store, reopen, documents} = await opened()
      const pdf = await documents.add({
        name: '/home/a/Hand\u202ebook\u0007.pdf',
        bytes: pdfOf(['Nothing.', 'The warranty lasts two years.']),
      })
      expect(pdf).toMatchObject({
        name: 'Hand book .pdf',
        kind: 'pdf',
        pages: 2,
        chunks: 2,
        state: 'ready',
        owner: undefined,
      })
      await documents.add({name: 'guide.md', bytes: text('# Guide\n\n## Battery\n\nIt charges in an hour.')})
      await end(documents, store)
      const again = await reopen()
      const reopened = openDocuments({store: again, maxBytes})
      expect(await reopened.search('How long is the warranty?')).toMatchObject([
        {document: {id: pdf.id, name: pdf.name}, text: 'The warranty lasts two years.', page: 2, headings: []},
      ])
      expect(await reopened.search('battery charging')).toMatchObject([
        {document: {name: 'guide.md'}, page: undefined, headings: ['Guide', 'Battery']},
      ])
      await end(reopened, again)
    })

    test('are found by meaning once their vectors are made, and are indexed anew for another model', async () => {
      const {store, documents} = await opened({embedder: wordEmbedder('one', 32)})
      const added = await documents.add({name: 'a.txt', bytes: text('The puppy sleeps.')})
      await documents.add({name: 'b.txt', bytes: text('A shower comes.')})
      await documents.settle()
      expect(await documents.list()).toMatchObject([{id: added.id, state: 'ready'}, {state: 'ready'}])
      expect((await documents.search('hound'))[0]?.text).toBe('The puppy sleeps.')
      await documents.close()

      const {embedder, release} = held(wordEmbedder('two', 16))
      const other = openDocuments({store, maxBytes, embedder})
      // While the vectors are of the model before, words are found.
      expect(await other.list()).toMatchObject([{state: 'indexing'}, {state: 'indexing'}])
      expect((await other.search('puppy'))[0]?.text).toBe('The puppy sleeps.')
      release()
      await other.settle()
      expect(await other.list()).toMatchObject([{state: 'ready'}, {state: 'ready'}])
      expect((await other.search('hound'))[0]?.text).toBe('The puppy sleeps.')
      await other.close()

      // The same name, and yet another model: its dimension tells.
      const changed = openDocuments({store, maxBytes, embedder: wordEmbedder('two', 24)})
      await changed.settle()
      expect((await changed.search('hound'))[0]?.text).toBe('The puppy sleeps.')
      await end(changed, store)
    })

    test('of one bytes and owner are one, also when added at once; removed ones are gone with all their parts', async () => {
      const {store, documents} = await opened()
      const bytes = text('Only once.')
      const twice = await Promise.all([1, 2].map(() => documents.add({name: 'a.txt', bytes})))
      expect(twice[0]?.id).toBe(twice[1]?.id)
      const own = await documents.add({name: 'a.txt', bytes, owner: 'sam'})
      expect(own.id).not.toBe(twice[0]?.id)
      await documents.remove(own.id, 'sam')
      await documents.remove(twice[0]?.id ?? '', undefined)
      await expect(documents.remove(own.id, 'sam')).rejects.toMatchObject({code: 'DOCUMENT_UNKNOWN'})
      await expect(documents.remove("' or true --", undefined)).rejects.toMatchObject({code: 'DOCUMENT_UNKNOWN'})
      expect(await documents.search('once')).toEqual([])
      expect(await store.db.select().from(chunks)).toEqual([])
      await end(documents, store)
    })

    test('of one person never show for another', async () => {
      const {store, documents} = await opened({embedder: wordEmbedder('one', 32)})
      const owners = ['sam', 'SAM', "sam' or true --", 'ann', undefined]
      for (const owner of owners) {
        const bytes = text(`The secret puppy of ${owner}. `.repeat(3))
        await documents.add({name: `${owner}.txt`, bytes, owner})
      }
      await documents.settle()
      const all = await store.db.select().from(documentsTable)
      const who = fc.oneof(
        fc.constantFrom(...owners),
        fc.string({maxLength: 5}).filter(name => !name.includes('\0')),
      )
      await fc.assert(
        fc.asyncProperty(
          who,
          fc.constantFrom('secret', 'hound', 'sam', '%', "' or 1=1"),
          fc.option(fc.subarray(all.map(({id}) => id)), {nil: undefined}),
          async (owner, query, only) => {
            const seen = new Set(all.filter(row => row.owner === null || row.owner === owner).map(({id}) => id))
            expect((await documents.list(owner)).every(({id}) => seen.has(id))).toBe(true)
            for (const {document} of await documents.search(query, {owner, documents: only, limit: 50}))
              expect(seen.has(document.id) && (only?.includes(document.id) ?? true)).toBe(true)
          },
        ),
        {numRuns: 40},
      )
      expect(await documents.search('secret puppy', {owner: 'sam'})).toHaveLength(2)
      await end(documents, store)
    })

    test('are removed by those whose they are, and by nobody else', async () => {
      const {store, documents} = await opened()
      const added = async (owner?: string) => (await documents.add({name: 'a.txt', bytes: text('Mine.'), owner})).id
      const [sams, everybodys] = [await added('sam'), await added()]
      for (const owner of ['ann', 'SAM', '', "sam' or true --"])
        await expect(documents.remove(sams, owner)).rejects.toMatchObject({code: 'DOCUMENT_UNKNOWN'})
      await expect(documents.remove(everybodys, 'sam')).rejects.toMatchObject({code: 'DOCUMENT_UNKNOWN'})
      expect(await documents.list('sam')).toHaveLength(2)
      await documents.remove(sams, 'sam')
      await documents.remove(everybodys, undefined)
      expect(await documents.list('sam')).toEqual([])
      await end(documents, store)
    })

    test('of few are all found among many of others', async () => {
      const {store, documents} = await opened({embedder: wordEmbedder('one', 32)})
      const many = Array.from({length: 300}, (_, n) => `# ${n}\n\nThe puppy ${n}.`).join('\n\n')
      await documents.add({name: 'ann.md', bytes: text(many), owner: 'ann'})
      await documents.add({
        name: 'sam.md',
        bytes: text('# Mine\n\nAn old hound, rather far from the question.'),
        owner: 'sam',
      })
      await documents.settle()
      expect(await documents.search('puppy', {owner: 'sam'})).toMatchObject([{document: {name: 'sam.md'}}])
      await end(documents, store)
    })

    test('of many with common words, those with several of them come first, the shortest before the others', async () => {
      const {store, documents} = await opened()
      const part = (words: string, n: number): string => `# ${n}\n\nThe ${words} of day ${n}.`
      const many = ['lantern', 'harbour'].flatMap(word => Array.from({length: 300}, (_, n) => part(word, n)))
      const few = ['harbour, a lantern and many more words', 'lantern in the harbour'].map(part)
      await documents.add({name: 'many.md', bytes: text([...many, ...few].join('\n\n'))})
      await documents.settle()
      const found = await documents.search('lantern harbour zeppelin', {limit: 3})
      expect(found.map(passage => passage.text)).toEqual([
        expect.stringContaining('The lantern in the harbour of day 1.'),
        expect.stringContaining('The harbour, a lantern and many more words of day 0.'),
        expect.stringMatching(/The (?:lantern|harbour) of day/),
      ])
      await end(documents, store)
    })

    test('are found by a word that is everywhere, where the others are nowhere', async () => {
      const {store, documents} = await opened()
      const many = Array.from({length: 300}, (_, n) => `# ${n}\n\nThe puppy ${n}.`).join('\n\n')
      await documents.add({name: 'ann.md', bytes: text(many), owner: 'ann'})
      await documents.add({name: 'sam.md', bytes: text('The puppy of Sam.'), owner: 'sam'})
      await documents.settle()
      expect(await documents.search('puppy zeppelin aerostat', {owner: 'sam'})).toMatchObject([
        {document: {name: 'sam.md'}},
      ])
      await end(documents, store)
    })

    test('whose vectors were being made go on where they were', async () => {
      const {embedder, release} = held(wordEmbedder('one', 32), 2)
      const {store, documents} = await opened({embedder})
      const many = Array.from({length: 60}, (_, n) => `# ${n}\n\nThe puppy ${n}.`).join('\n\n')
      const {id} = await documents.add({name: 'a.md', bytes: text(many)})
      while ((await vectors(store)) < 32) await pause(5)
      await documents.close()
      let counted = 0
      const whole = wordEmbedder('one', 32)
      const next = openDocuments({
        store,
        maxBytes,
        embedder: {
          ...whole,
          embed(texts, options) {
            counted += texts.length
            return whole.embed(texts, options)
          },
        },
      })
      await next.settle()
      expect(counted).toBe(60 - 32)
      expect(await next.list()).toMatchObject([{id, state: 'ready', chunks: 60}])
      release()
      await end(next, store)
    })
  })
}

describe('documents that ask for too much', () => {
  const [kind] = storeKinds()
  if (!kind) throw new Error('there is no kind of store')

  it('are refused, and nothing of them stays', async () => {
    const {store} = await kind.create()
    const documents = openDocuments({store, maxBytes, limits: {maxMemoryMb: 64}})
    await expect(documents.add({name: 'a.txt', bytes: new Uint8Array(maxBytes + 1)})).rejects.toMatchObject({
      code: 'DOCUMENT_TOO_LARGE',
      message: expect.stringContaining('DOCUMENT_MAX_MB'),
    })
    const zipBomb = docxWith(`<w:body>${'<w:p><w:r><w:t>x</w:t></w:r></w:p>'.repeat(3_000_000)}</w:body>`)
    for (const [name, bytes] of [
      ['bomb.docx', zipBomb],
      ['bomb.pdf', pdfBomb(300 * 2 ** 20)],
    ] as const) {
      expect(bytes.length).toBeLessThan(maxBytes)
      await expect(documents.add({name, bytes})).rejects.toMatchObject({
        code: 'DOCUMENT_UNREADABLE',
        message: expect.stringContaining(`${name} cannot be read: reading it takes more than 64 MiB`),
      })
    }
    const slow = openDocuments({store, maxBytes, limits: {maxMs: 1}})
    await expect(slow.add({name: 'a.txt', bytes: text('x')})).rejects.toMatchObject({code: 'DOCUMENT_UNREADABLE'})
    const deep = text('>'.repeat(200_000))
    await documents.add({name: 'deep.md', bytes: deep}).catch(error => expect(error.code).toBe('DOCUMENT_UNREADABLE'))
    await expect(documents.add({name: 'a.txt', bytes: text('x')}, {signal: AbortSignal.abort()})).rejects.toMatchObject(
      {code: 'CANCELLED'},
    )
    expect(await documents.list()).toEqual([])
    await documents.close()
    await slow.close()
    await store.close()
  })
})

/** An embedder that makes vectors of so many batches of passages, and then waits. */
const held = (embedder: Embedder, batches = 0): {embedder: Embedder; release: () => void} => {
  const {promise, resolve} = Promise.withResolvers<void>()
  return {
    release: () => resolve(),
    embedder: {
      ...embedder,
      async embed(texts, options) {
        options.signal?.throwIfAborted()
        if (options.as === 'passage' && batches-- <= 0) {
          const aborted = new Promise((_, reject) =>
            options.signal?.addEventListener('abort', () => reject(options.signal?.reason)),
          )
          await Promise.race([promise, aborted])
        }
        return embedder.embed(texts, options)
      },
    },
  }
}

const vectors = async (store: Store): Promise<number> =>
  (await store.db.select({model: chunks.embeddingModel}).from(chunks)).filter(({model}) => model !== null).length
