// The book comes over a network: from a server on loopback, with what goes wrong on the way.
import {once} from 'node:events'
import {existsSync, readdirSync, readFileSync, writeFileSync} from 'node:fs'
import {createServer, type RequestListener} from 'node:http'
import type {AddressInfo} from 'node:net'
import {join} from 'node:path'
import type {DownloadOptions} from '@essence/core/datasets/alice/download-book'
import {type AliceOptions, writeAlice} from '@essence/core/datasets/alice/write-alice'
import {isEssenceError} from '@essence/core/kit/errors'
import {describe, expect, it, onTestFinished} from 'vitest'
import {freePort} from '../../kit/free-port.ts'
import {temporaryFolder} from '../../temporary-folder.ts'
import {longBook} from './book.ts'

const book = longBook(60)

/** A server that answers so; the addresses it was asked for. */
const serve = async (answer: RequestListener): Promise<{url: URL; asked: string[]}> => {
  const asked: string[] = []
  const server = createServer((request, response) => {
    asked.push(request.url ?? '')
    answer(request, response)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close().closeAllConnections())
  return {url: new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/cache/epub/11/pg11.txt`), asked}
}

const write = (folder: string, options: Partial<AliceOptions>, download: DownloadOptions = {}) =>
  writeAlice({
    ...{folder, passages: 10, minSentences: 2, maxSentences: 3, seed: 1},
    ...options,
    download: {pauseMs: 1, ...download},
  })

const plain = {'content-type': 'text/plain; charset=utf-8'}

describe('the book', () => {
  it('is downloaded once and kept', async () => {
    const folder = join(temporaryFolder(), 'not/there/yet')
    const {url, asked} = await serve((_, response) => response.writeHead(200, plain).end(book))
    const first = await write(folder, {url})
    expect(JSON.parse(readFileSync(first.file, 'utf8'))).toMatchObject({
      metadata: {
        ...{source_url: url.href, total_passages: 10, seed: 1, generated_at: expect.stringMatching(/^\d{4}-.*Z$/)},
        extraction_params: {min_sentences: 2, max_sentences: 3, min_length: 50, max_length: 500},
      },
    })
    expect(readFileSync(join(folder, 'alice_adventures_in_wonderland.txt'), 'utf8')).toBe(book)
    // Without an address nothing is asked for: what is kept is read.
    const again = await write(folder, {})
    expect(again.sha256).toBe(first.sha256)
    expect(asked).toEqual(['/cache/epub/11/pg11.txt'])
    await write(folder, {url, forceDownload: true})
    expect(asked).toHaveLength(2)
  })

  it('is asked for again where the server is busy, and found behind a redirect', async () => {
    const {url, asked} = await serve(({url}, response) => {
      if (url === '/moved.txt') return response.writeHead(200, plain).end(book)
      if (asked.length === 1) return response.writeHead(503).end()
      return response.writeHead(302, {location: '/moved.txt'}).end()
    })
    expect(await write(temporaryFolder(), {url})).toMatchObject({count: 10})
    expect(asked).toHaveLength(3)
  })
})

describe('what is not the book', () => {
  const sends =
    (status: number, headers: Record<string, string>, body: string | Buffer): RequestListener =>
    (_, response) =>
      response.writeHead(status, headers).end(body)
  const cases: [what: string, answer: RequestListener, code: string, message: RegExp][] = [
    ['nothing there', sends(404, plain, 'Not found'), 'REMOTE_REFUSED', /answered 404/],
    ['a server that is always busy', sends(503, {}, ''), 'REMOTE_UNREACHABLE', /answered 503/],
    ['a web page', sends(200, {'content-type': 'text/html'}, '<html>'), 'REMOTE_REFUSED', /web page/],
    ['a web page that says it is text', sends(200, plain, '<!doctype html><p>Log in'), 'REMOTE_REFUSED', /web page/],
    ['a notice', sends(200, plain, 'Please log in to this network.'), 'REMOTE_REFUSED', /START OF/],
    ['half of it', sends(200, plain, book.slice(0, book.length / 2)), 'REMOTE_REFUSED', /cut short/],
    ['another encoding', sends(200, plain, Buffer.from(`${book}caf\xe9`, 'latin1')), 'REMOTE_REFUSED', /UTF-8/],
    ['nothing', sends(200, plain, ''), 'REMOTE_REFUSED', /START OF/],
    ['far too much', sends(200, plain, book.padEnd(6e6)), 'REMOTE_REFUSED', /more than 5\.0 MB/],
    [
      'a connection that breaks',
      (_, response) =>
        response.writeHead(200, {...plain, 'content-length': book.length * 2}).write(book, () => response.destroy()),
      'REMOTE_UNREACHABLE',
      /127\.0\.0\.1/,
    ],
    ['silence', () => {}, 'REMOTE_UNREACHABLE', /sent nothing for too long/],
    [
      'a redirect without end',
      ({url}, response) => response.writeHead(302, {location: url}).end(),
      'REMOTE_REFUSED',
      /without end/,
    ],
  ]
  it.each(cases)('%s: says so, names --from, and leaves what was there', async (what, answer, code, message) => {
    const folder = temporaryFolder()
    writeFileSync(join(folder, 'alice_dataset.json'), 'as it was')
    const {url} = await serve(answer)
    const error = await write(folder, {url}, {stallMs: what === 'silence' ? 100 : 10_000}).catch(thrown => thrown)
    if (!isEssenceError(error)) throw error
    expect(error).toMatchObject({code, message: expect.stringMatching(message)})
    expect(error.suggestions[0]).toContain('essence dataset alice --from FILE')
    expect(error.suggestions.join()).not.toMatch(/HF_|models/)
    expect(readdirSync(folder)).toEqual(['alice_dataset.json'])
    expect(readFileSync(join(folder, 'alice_dataset.json'), 'utf8')).toBe('as it was')
  })

  it('no server at all', async () => {
    const folder = temporaryFolder()
    const url = new URL(`http://127.0.0.1:${await freePort()}/pg11.txt`)
    await expect(write(folder, {url})).rejects.toMatchObject({
      ...{code: 'REMOTE_UNREACHABLE', message: expect.stringContaining('ECONNREFUSED')},
      suggestions: expect.arrayContaining([expect.stringContaining('--from FILE')]),
    })
    expect(readdirSync(folder)).toEqual([])
  })

  it('a book byte by byte: has its time', async () => {
    const {url} = await serve((_, response) => {
      response.writeHead(200, plain)
      const timer = setInterval(() => response.write('.'), 20)
      response.on('close', () => clearInterval(timer))
    })
    await expect(write(temporaryFolder(), {url}, {withinMs: 300})).rejects.toMatchObject({
      ...{code: 'TIMED_OUT', message: expect.stringContaining('within 0.3 s')},
    })
  })

  it('a download that is stopped', async () => {
    const stop = new AbortController()
    const {url} = await serve(() => stop.abort())
    await expect(write(temporaryFolder(), {url}, {signal: stop.signal})).rejects.toMatchObject({code: 'CANCELLED'})
  })

  it('a kept book that was damaged: says how it is fetched again', async () => {
    const folder = temporaryFolder()
    writeFileSync(join(folder, 'alice_adventures_in_wonderland.txt'), book.slice(0, 900))
    await expect(write(folder, {})).rejects.toMatchObject({
      ...{code: 'DATASET_INVALID', message: expect.stringContaining('cut short')},
      suggestions: ['Fetch it again: essence dataset alice --force-download'],
    })
    expect(existsSync(join(folder, 'alice_dataset.json'))).toBe(false)
  })
})
