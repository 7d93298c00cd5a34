// Every way a transfer goes wrong on its way, against a real server; each ends with the right bytes or says why not.
import {readdir, readFile, stat, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {isEssenceError} from '@essence/core/kit/errors'
import {Secret} from '@essence/core/kit/secret'
import type {DownloadEvent} from '@essence/core/models/download/download-event'
import {describe, expect, it} from 'vitest'
import {noiseBytes} from '../../kit/noise-bytes.ts'
import {type Fault, type HubPeerOptions, type PeerRequest, sha256Of} from '../../peers/hub.ts'
import {temporaryFolder} from '../../temporary-folder.ts'
import {download, peerFor} from '../setup.ts'
import {storeIn, wantedFile} from '../stand-ins.ts'

const bytes = noiseBytes(400_000)
const digest = sha256Of(bytes)
/** Four parts of 100 kB. */
const parallel = {parts: 4, partBytes: 100_000}

interface Setting {
  peer: Awaited<ReturnType<typeof peerFor>>
  store: ReturnType<typeof storeIn>
  blobs: string
  content: () => PeerRequest[]
}

const setting = async (fault?: HubPeerOptions['fault'], options: Partial<HubPeerOptions> = {}): Promise<Setting> => {
  const store = storeIn(temporaryFolder())
  const peer = await peerFor({
    repos: {'org/model': {files: {'model.bin': bytes}}},
    ...(fault ? {fault} : {}),
    ...options,
  })
  const content = () => peer.requests.filter(({server}) => server === 'content')
  return {peer, store, content, blobs: join(store.root, 'models--org--model', 'blobs')}
}

/** A fault for the n-th (from 0) request that reaches the content server, or for several. */
const onContent = (...faults: (Fault | undefined)[]): NonNullable<HubPeerOptions['fault']> => {
  let count = 0
  return ({server}) => (server === 'content' ? faults[count++] : undefined)
}

const always =
  (fault: Fault): NonNullable<HubPeerOptions['fault']> =>
  ({server}) =>
    server === 'content' ? fault : undefined

const expectRight = async ({blobs}: Setting): Promise<void> => {
  expect(sha256Of(await readFile(join(blobs, digest)))).toBe(digest)
  expect((await readdir(blobs)).filter(name => name !== digest)).toEqual([])
}

/** The error of the one model that failed. */
const failure = async (result: ReturnType<typeof download>) => {
  const {failed} = await result
  const error = failed[0]?.error
  if (!isEssenceError(error)) throw error ?? new Error('nothing failed')
  return error
}

describe('a broken connection', () => {
  it('is continued where it broke, with the etag as condition', async () => {
    const s = await setting(onContent({kind: 'drop', after: 150_000}))
    await download(s.peer, s.store, undefined, {parts: 1})
    const [first, second] = s.content()
    expect(first?.range).toBe('bytes=0-399999')
    expect(second?.range).toMatch(/^bytes=(1[0-4]\d{4}|150000)-399999$/)
    expect(second?.headers['if-range']).toBe(`"${digest.slice(0, 32)}"`)
    await expectRight(s)
  })

  it('is not counted as long as bytes come', async () => {
    const s = await setting(({server}) => (server === 'content' ? {kind: 'drop', after: 70_000} : undefined))
    await download(s.peer, s.store, undefined, {parts: 1, tries: 2})
    expect(s.content().length).toBe(6)
    await expectRight(s)
  })

  it('ends the download when it breaks again and again before a byte came; what was fetched stays for the next one', async () => {
    const s = await setting(onContent({kind: 'drop', after: 150_000}, ...Array(3).fill({kind: 'drop', after: 0})))
    const error = await failure(download(s.peer, s.store, undefined, {parts: 1, tries: 3}))
    expect(error.code).toBe('REMOTE_UNREACHABLE')
    const before = s.content().length
    await download(s.peer, s.store, undefined, {parts: 1})
    expect(s.content()[before]?.range).not.toBe('bytes=0-399999')
    await expectRight(s)
  })

  it('in one of several parts leaves the others alone', async () => {
    const s = await setting(onContent(undefined, {kind: 'drop', after: 30_000}))
    await download(s.peer, s.store, undefined, parallel)
    expect(s.content().length).toBe(5)
    await expectRight(s)
  })

  it('that only stalls is given up and continued', async () => {
    const s = await setting(onContent({kind: 'stall', after: 150_000}))
    await download(s.peer, s.store, undefined, {parts: 1, stallMs: 300})
    expect(s.content().length).toBe(2)
    await expectRight(s)
  })

  it('that trickles is slow, not broken', async () => {
    const few = noiseBytes(300, 3)
    const s = await setting(always({kind: 'trickle'}), {repos: {'org/model': {files: {'model.bin': few}}}})
    await download(s.peer, s.store)
    expect(await readFile(join(s.blobs, sha256Of(few)))).toEqual(few)
    expect(s.content().length).toBe(1)
  })
})

describe('a server that does not keep the rules of ranges', () => {
  const lies: Record<string, Fault> = {
    'ignores the range (200)': {kind: 'ignore-range'},
    'names another range': {kind: 'wrong-range'},
    'says there is none (416)': {kind: 'status', status: 416, headers: {'content-range': 'bytes */10'}},
    'compresses the range': {kind: 'gzip'},
    'changes its etag midway': {kind: 'etag', etag: '"other"'},
    'sends more than asked': {kind: 'too-long'},
  }
  for (const [what, fault] of Object.entries(lies)) {
    it(`${what}: the file is begun anew, whole`, async () => {
      const s = await setting(onContent({kind: 'drop', after: 150_000}, fault))
      const received: number[] = []
      await download(s.peer, s.store, undefined, {
        parts: 1,
        onEvent: event => event.event === 'progress' && received.push(event.received),
      })
      expect(s.content().length).toBe(3)
      expect(s.content()[2]?.range).toBeUndefined()
      expect(received).toContain(0)
      await expectRight(s)
    })
  }

  it('in parallel: one connection takes over', async () => {
    const s = await setting(({server, range}) => (server === 'content' && range ? {kind: 'ignore-range'} : undefined))
    await download(s.peer, s.store, undefined, parallel)
    expect(s.content().at(-1)?.range).toBeUndefined()
    await expectRight(s)
  })

  it('and breaks whole answers too: progress counts only beyond what was reached before', async () => {
    const s = await setting(
      onContent({kind: 'ignore-range'}, {kind: 'ignore-range'}, ...Array(2).fill({kind: 'drop', after: 200_000})),
    )
    await download(s.peer, s.store, undefined, {...parallel, parts: 2, partBytes: 200_000, tries: 3})
    await expectRight(s)
    const t = await setting(({server, range}) =>
      server === 'content' ? (range ? {kind: 'ignore-range'} : {kind: 'drop', after: 200_000}) : undefined,
    )
    const error = await failure(download(t.peer, t.store, undefined, {...parallel, tries: 3}))
    expect(error.code).toBe('REMOTE_UNREACHABLE')
  })

  it('and sends the whole compressed as well is refused', async () => {
    const s = await setting(always({kind: 'gzip'}))
    const error = await failure(download(s.peer, s.store))
    expect(error.code).toBe('REMOTE_REFUSED')
    expect(error.suggestions.join()).toContain('proxy')
  })
})

describe('content', () => {
  it('that arrives wrong once is put aside and fetched again over one connection', async () => {
    const s = await setting(onContent({kind: 'rewrite'}))
    await download(s.peer, s.store, undefined, parallel)
    expect(s.content().at(-1)?.range).toBe('bytes=0-399999')
    await expectRight(s)
    expect(await readdir(join(s.blobs, '..', 'quarantine'))).toEqual([])
  })

  it('that arrives wrong twice is refused, with the hint; the old good file stays', async () => {
    const s = await setting()
    await download(s.peer, s.store)
    s.peer.options.fault = always({kind: 'rewrite'})
    const error = await failure(download(s.peer, s.store, undefined, {force: true}))
    expect(error.code).toBe('DIGEST_MISMATCH')
    expect(error.suggestions.join()).toContain('proxy')
    await expectRight(s)
    const [aside] = await readdir(join(s.blobs, '..', 'quarantine'))
    expect(aside).toBe(digest)
  })

  it('of a partial file that rotted on the disk is noticed', async () => {
    const s = await setting(onContent({kind: 'drop', after: 300_000}, ...Array(4).fill({kind: 'drop', after: 0})))
    await failure(download(s.peer, s.store, undefined, {parts: 1, tries: 2}))
    const partial = join(s.blobs, `${digest}.partial`)
    const rotten = await readFile(partial)
    rotten[1000] = (rotten[1000] ?? 0) ^ 255
    await writeFile(partial, rotten)
    s.peer.options.fault = () => undefined
    await download(s.peer, s.store, undefined, {parts: 1})
    await expectRight(s)
  })

  it('of a partial file without its sidecar, or with a damaged one, counts for nothing', async () => {
    for (const sidecar of [
      undefined,
      '{',
      '{"digest":"x","size":400000,"parts":[{"offset":0,"length":400000,"done":9}]}',
    ]) {
      const s = await setting(onContent({kind: 'drop', after: 300_000}, ...Array(4).fill({kind: 'drop', after: 0})))
      await failure(download(s.peer, s.store, undefined, {parts: 1, tries: 2}))
      const path = join(s.blobs, `${digest}.partial.json`)
      expect((await stat(path)).size).toBeGreaterThan(0)
      await (sidecar === undefined ? import('node:fs/promises').then(fs => fs.rm(path)) : writeFile(path, sidecar))
      s.peer.options.fault = () => undefined
      const before = s.content().length
      await download(s.peer, s.store, undefined, {parts: 1})
      expect(s.content()[before]?.range).toBe('bytes=0-399999')
      await expectRight(s)
    }
  })
})

describe('an answer', () => {
  it('of 429 is repeated after the time the server asked for', async () => {
    const busy: Fault = {kind: 'status', status: 429, headers: {'retry-after': '0'}}
    const s = await setting((_, count) => (count < 2 ? busy : undefined))
    await download(s.peer, s.store)
    await expectRight(s)
  })

  it('of 503 is repeated, and ends as unreachable in the end', async () => {
    const s = await setting(always({kind: 'status', status: 503}))
    expect((await failure(download(s.peer, s.store))).code).toBe('REMOTE_UNREACHABLE')
    expect(s.content().length).toBe(4)
  })

  for (const status of [401, 403, 404]) {
    it(`of ${status} by the hub itself is not repeated`, async () => {
      const s = await setting(({path}) => (path.includes('/resolve/') ? {kind: 'status', status} : undefined))
      expect((await failure(download(s.peer, s.store))).code).toBe('REMOTE_REFUSED')
      expect(s.peer.requests.filter(({path}) => path.includes('/resolve/')).length).toBe(1)
    })
  }
})

describe('a signed link', () => {
  it('that expired is replaced by a new one, also midway, and for each part by itself', async () => {
    const expired = new Set([0, 3])
    const s = await setting(onContent(undefined, {kind: 'drop', after: 30_000}), {expired: link => expired.has(link)})
    await download(s.peer, s.store, undefined, parallel)
    expect(s.content().length).toBeGreaterThan(5)
    await expectRight(s)
  })

  it('that is refused however new it is ends the download; the token is not to blame', async () => {
    const s = await setting(undefined, {expired: () => true, token: 'hf_right'})
    const error = await failure(download(s.peer, s.store, undefined, {token: new Secret('hf_right')}))
    expect(error.code).toBe('REMOTE_REFUSED')
    expect(s.content().length).toBe(3)
    expect(error.message).toContain(new URL(s.peer.contentOrigin).host)
    expect([error.message, ...error.suggestions].join('\n')).not.toMatch(/token|HF_TOKEN|private|exists/)
  })

  it('in place of which a login page comes: what was fetched is kept', async () => {
    const html = {'content-type': 'text/html'}
    const s = await setting(onContent({kind: 'drop', after: 150_000}, {kind: 'status', status: 200, headers: html}))
    const error = await failure(download(s.peer, s.store, undefined, {parts: 1}))
    expect(error.message).toContain('no model hub')
    expect((await stat(join(s.blobs, `${digest}.partial`))).size).toBeGreaterThan(100_000)
  })
})

describe('a token', () => {
  it('goes to the hub and never to the other origin', async () => {
    const s = await setting(undefined, {
      token: 'hf_right',
      repos: {'org/model': {files: {'model.bin': bytes}, gated: true}},
    })
    await download(s.peer, s.store, undefined, {token: new Secret('hf_right')})
    await expectRight(s)
    expect(s.peer.requests.filter(({server}) => server === 'hub').every(({headers}) => headers.authorization)).toBe(
      true,
    )
    expect(s.content().length).toBeGreaterThan(0)
    expect(s.content().some(({headers}) => headers.authorization)).toBe(false)
    expect(JSON.stringify(s.content())).not.toContain('hf_right')
  })

  it('that is missing for a gated repository: the page to visit', async () => {
    const s = await setting(undefined, {
      token: 'hf_right',
      repos: {'org/model': {files: {'model.bin': bytes}, gated: true}},
    })
    const error = await failure(download(s.peer, s.store))
    expect(error.code).toBe('MODEL_GATED')
    expect(error.suggestions.join(' ')).toContain(`${s.peer.endpoint}/org/model`)
  })

  it('that is wrong is named as such, once, and not shown', async () => {
    const s = await setting(undefined, {token: 'hf_right'})
    const error = await download(s.peer, s.store, undefined, {token: new Secret('hf_wrong1')}).catch((e: unknown) => e)
    expect(error).toMatchObject({code: 'TOKEN_REJECTED'})
    expect(String(error)).not.toContain('hf_wrong1')
    expect(s.peer.requests.length).toBe(1)
  })
})

it('shows progress that never runs backwards without a restart and ends at the size', async () => {
  const s = await setting(onContent({kind: 'drop', after: 150_000}))
  const events: DownloadEvent[] = []
  await download(s.peer, s.store, undefined, {parts: 1, onEvent: event => events.push(event)})
  const received = events.flatMap(event => (event.event === 'progress' ? [event.received] : []))
  expect(received).toEqual([...received].sort((a, b) => a - b))
  expect(received.at(-1)).toBe(bytes.length)
  expect(events.at(-1)).toMatchObject({event: 'model-done', model: 'm'})
})

it('two downloads of the same file at once fetch it once', async () => {
  const s = await setting()
  const results = await Promise.all([download(s.peer, s.store), download(s.peer, s.store)])
  expect(results.flatMap(({done}) => done).length).toBe(2)
  expect(s.content().length).toBe(1)
  await expectRight(s)
})

it('cancelled midway keeps what it has', async () => {
  const stop = new AbortController()
  const s = await setting(undefined, {
    onPiece: sent => {
      if (sent >= 262_144) stop.abort()
    },
  })
  const {stopped} = await download(s.peer, s.store, [wantedFile()], {parts: 1, signal: stop.signal})
  expect(stopped).toEqual(['m'])
  expect((await readdir(s.blobs)).sort()).toEqual([`${digest}.partial`, `${digest}.partial.json`])
  s.peer.options.onPiece = () => {}
  await download(s.peer, s.store, undefined, {parts: 1})
  await expectRight(s)
})
