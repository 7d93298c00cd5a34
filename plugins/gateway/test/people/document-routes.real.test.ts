// What June has read, over HTTP: everybody's documents, and each person's own.
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {type Answer, client, join} from './open-accounts.ts'
import {openPeople} from './open-people.ts'

type Ask = (method: string, path: string, body?: object) => Promise<Answer>

const form = (name: string, content: string | Uint8Array<ArrayBuffer>) => {
  const made = new FormData()
  made.append('file', new Blob([content]), name)
  return made
}

describe('documents', () => {
  let june: Awaited<ReturnType<typeof openPeople>>
  let [anna, ben, boss, local]: [Ask, Ask, Ask, Ask] = [] as never
  beforeAll(async () => {
    june = await openPeople({maxDocumentBytes: 2 ** 20})
    const {access, address} = june
    anna = client(address, await join(access, 'anna'))
    ben = client(address, await join(access, 'ben'))
    boss = client(address, await join(access, 'boss', ['admin']))
    local = client(address)
  }, 200_000)
  afterAll(() => june?.[Symbol.asyncDispose]())
  const search = async (ask: Ask, q: string) => (await ask('GET', `/api/documents/search?q=${q}`)).body.passages

  it('are read, found, listed and forgotten by their owner, and by nobody else', async () => {
    const added = await anna('POST', '/api/documents', form('plan.md', '# Plan\n\nThe treasure lies under the oak.'))
    expect(added).toMatchObject({status: 201, body: {name: 'plan.md', kind: 'markdown', own: true}})
    const {id} = added.body
    expect(await search(anna, 'treasure')).toMatchObject([
      {document: {id, name: 'plan.md'}, text: 'Plan\nThe treasure lies under the oak.', headings: ['Plan']},
    ])
    for (const other of [ben, boss, local]) {
      expect(await search(other, 'treasure')).toEqual([])
      expect((await other('GET', '/api/documents')).body.documents).toEqual([])
    }
    expect(await ben('DELETE', `/api/documents/${id}`)).toMatchObject({
      status: 404,
      body: {error: {code: 'DOCUMENT_UNKNOWN'}},
    })
    expect((await anna('GET', '/api/documents')).body.documents).toMatchObject([{id, own: true}])
    expect((await anna('DELETE', `/api/documents/${id}`)).status).toBe(204)
    expect((await anna('GET', '/api/documents')).body.documents).toEqual([])
  })

  it('of everybody are added and forgotten by admins alone, and the audit log says so', async () => {
    const handbook = () => form('handbook.txt', 'The door code is on the fridge.')
    expect((await anna('POST', '/api/documents?everybody=true', handbook())).status).toBe(403)
    const {body} = await boss('POST', '/api/documents?everybody=true', handbook())
    expect(body).toMatchObject({name: 'handbook.txt', own: false})
    expect(await search(ben, 'fridge')).toHaveLength(1)
    expect((await anna('DELETE', `/api/documents/${body.id}`)).status).toBe(404)
    expect((await boss('DELETE', `/api/documents/${body.id}`)).status).toBe(204)
    expect((await boss('GET', '/admin/audit?actor=boss')).body.entries).toMatchObject([
      {action: 'document.removed', details: body.id},
      {action: 'document.added', details: `${body.id} handbook.txt`},
    ])
  })

  it.each([
    ['larger than is read', form('a.txt', 'x'.repeat(2 ** 20 + 1)), 413, 'DOCUMENT_TOO_LARGE'],
    ['far larger', form('a.txt', 'x'.repeat(8 * 2 ** 20)), 413, 'DOCUMENT_TOO_LARGE'],
    ['empty', form('a.txt', ''), 400, 'DOCUMENT_UNREADABLE'],
    [
      'of an unknown kind',
      form(
        'a.bin',
        Uint8Array.from({length: 1000}, (_, n) => (n * 7) % 251),
      ),
      400,
      'DOCUMENT_UNREADABLE',
    ],
    ['with a name that is none', form(`${'a'.repeat(300)}.txt`, 'x'), 400, 'USAGE'],
    ['that is none', {file: 'x'}, 400, 'USAGE'],
    ['without a file', new FormData(), 400, 'USAGE'],
  ] as const)('%s: refused', async (_, body, status, code) => {
    expect(await anna('POST', '/api/documents', body)).toMatchObject({status, body: {error: {code}}})
  })

  it('that break off cost nothing but themselves', async () => {
    const {address} = june
    const token = (await june.access.issue('anna')).accessToken
    const headers = {authorization: `Bearer ${token}`, 'content-type': 'multipart/form-data; boundary=b'}
    for (let n = 0; n < 10; n++) {
      const leave = new AbortController()
      const body = new ReadableStream({
        start(stream) {
          const head = '--b\r\ncontent-disposition: form-data; name="file"; filename="a.txt"\r\n\r\nhalf'
          stream.enqueue(new TextEncoder().encode(head))
          setTimeout(() => leave.abort(), 20)
        },
      })
      const init = {method: 'POST', headers, body, duplex: 'half', signal: leave.signal} as RequestInit
      await expect(fetch(`${address}/api/documents`, init)).rejects.toThrow()
    }
    expect((await anna('POST', '/api/documents', form('whole.txt', 'All of it.'))).status).toBe(201)
  })

  it('are not added by a form that is none', async () => {
    const token = (await june.access.issue('anna')).accessToken
    const headers = {authorization: `Bearer ${token}`, 'content-type': 'multipart/form-data; boundary=b'}
    for (const body of [
      '',
      'garbage',
      '--b\r\n',
      '--b--\r\n',
      '--b\r\ncontent-disposition: form-data; name="x"\r\n\r\ny\r\n--b--\r\n',
    ]) {
      const {status} = await fetch(`${june.address}/api/documents`, {method: 'POST', headers, body})
      expect(status).toBe(400)
    }
  })
})
