// A model hub as huggingface.co is one: an API, files behind redirects to a content server on another origin, ranges,
// tokens, gates. Faults on request.
import {createHash} from 'node:crypto'
import {once} from 'node:events'
import {createServer, type IncomingMessage, type Server, type ServerResponse} from 'node:http'
import type {AddressInfo} from 'node:net'
import {gzipSync} from 'node:zlib'

/** What goes wrong with one answer. */
export type Fault =
  | {kind: 'status'; status: number; headers?: Record<string, string>; body?: string}
  /** Close the connection after so many bytes of the body. */
  | {kind: 'drop'; after: number}
  /** Say nothing more after so many bytes, and keep the connection. */
  | {kind: 'stall'; after: number}
  /** Answer 200 with the whole file although a range was asked for. */
  | {kind: 'ignore-range'}
  /** Send the range asked for, but name another one. */
  | {kind: 'wrong-range'}
  /** Have another etag, and send the range although `If-Range` names the old one. */
  | {kind: 'etag'; etag: string}
  | {kind: 'gzip'}
  /** Change one byte in the body. */
  | {kind: 'rewrite'}
  /** Send bytes beyond the end, without a length. */
  | {kind: 'too-long'}
  /** One byte at a time. */
  | {kind: 'trickle'}

export interface PeerRequest {
  server: 'hub' | 'content'
  method: string
  path: string
  range: string | undefined
  headers: IncomingMessage['headers']
}

export interface PeerRepo {
  files: Record<string, Buffer>
  /** Files that are not in Git LFS: the hub knows their Git blob id only. */
  small?: string[]
  /** Default `main` → a commit made from the content. */
  revisions?: Record<string, string>
  gated?: boolean
}

export interface HubPeerOptions {
  repos: Record<string, PeerRepo>
  /** The token that opens gated repositories; any other is refused. */
  token?: string
  /** Decides what goes wrong with an answer; called once for each request. */
  fault?: (request: PeerRequest, count: number) => Fault | undefined
  /** Bytes of a piece of a body. Default 64 KiB. */
  pieceBytes?: number
  /** Whether the n-th link (from 0) to the content server has expired by now; each question to the hub makes a new one. */
  expired?: (link: number) => boolean
  /** Told, before each piece is sent, how many bytes of this body were. */
  onPiece?: (sent: number, request: PeerRequest) => void | Promise<void>
}

export interface HubPeer {
  /** For HF_ENDPOINT. */
  endpoint: string
  /** The other origin. */
  contentOrigin: string
  requests: PeerRequest[]
  repos: Record<string, PeerRepo>
  options: HubPeerOptions
  close(): Promise<void>
}

const digests = new WeakMap<Uint8Array, string>()

/** sha256 in hex; remembered, because a gigabyte is asked for with every request. */
export const sha256Of = (bytes: Uint8Array): string => {
  const digest = digests.get(bytes) ?? createHash('sha256').update(bytes).digest('hex')
  digests.set(bytes, digest)
  return digest
}
export const gitIdOf = (bytes: Uint8Array): string =>
  createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex')

export const commitOf = (repo: PeerRepo): string => {
  const hash = createHash('sha1')
  for (const [path, bytes] of Object.entries(repo.files)) hash.update(`${path}\0${sha256Of(bytes)}`)
  return hash.digest('hex')
}

const listen = async (server: Server): Promise<string> => {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

const revisionsOf = (repo: PeerRepo): Record<string, string> => repo.revisions ?? {main: commitOf(repo)}

export const openHubPeer = async (options: HubPeerOptions): Promise<HubPeer> => {
  const requests: PeerRequest[] = []
  let count = 0
  let links = 0

  const note = (
    server: PeerRequest['server'],
    request: IncomingMessage,
  ): {seen: PeerRequest; fault: Fault | undefined} => {
    const {method = '', url: path = '', headers} = request
    const seen: PeerRequest = {server, method, path, range: headers.range, headers}
    requests.push(seen)
    return {seen, fault: peer.options.fault?.(seen, count++)}
  }

  const refuse = (response: ServerResponse, status: number, headers: Record<string, string> = {}, body = ''): void => {
    response.writeHead(status, headers).end(body)
  }

  const sendBody = async (response: ServerResponse, body: Buffer, fault: Fault | undefined, seen: PeerRequest) => {
    const piece = fault?.kind === 'trickle' ? 1 : (peer.options.pieceBytes ?? 64 * 1024)
    const end = fault?.kind === 'drop' || fault?.kind === 'stall' ? Math.min(fault.after, body.length) : body.length
    for (let sent = 0; sent < end; sent += piece) {
      await peer.options.onPiece?.(sent, seen)
      if (response.destroyed) return
      await new Promise(written => response.write(body.subarray(sent, Math.min(sent + piece, end)), written))
    }
    if (fault?.kind === 'stall') return
    // What was sent arrives; then the connection ends, in the middle of the body.
    if (fault?.kind === 'drop') response.socket?.end()
    else response.end()
  }

  const content = createServer(async (request, response) => {
    const {seen, fault} = note('content', request)
    if (fault?.kind === 'status') return refuse(response, fault.status, fault.headers, fault.body)
    const [, digest = '', link] = /^\/content\/([0-9a-f]+)\?signature=(\d+)$/.exec(seen.path) ?? []
    if (peer.options.expired?.(Number(link))) {
      return refuse(response, 403, {'content-type': 'application/xml'}, '<Error><Code>AccessDenied</Code></Error>')
    }
    const file = Object.values(peer.repos)
      .flatMap(repo => Object.values(repo.files))
      .find(bytes => sha256Of(bytes) === digest)
    if (!file) return refuse(response, 404)
    await sendFile(response, file, seen, fault, fault?.kind === 'etag' ? fault.etag : `"${digest.slice(0, 32)}"`)
  })

  const sendFile = async (
    response: ServerResponse,
    file: Buffer,
    seen: PeerRequest,
    fault: Fault | undefined,
    etag: string,
  ): Promise<void> => {
    const changed =
      fault?.kind !== 'etag' && seen.headers['if-range'] !== undefined && seen.headers['if-range'] !== etag
    const [, from, to] = /^bytes=(\d+)-(\d*)$/.exec(seen.range ?? '') ?? []
    const ranged = from !== undefined && !changed && fault?.kind !== 'ignore-range'
    const start = ranged ? Number(from) : 0
    const end = ranged ? Math.min(to ? Number(to) : file.length - 1, file.length - 1) : file.length - 1
    if (ranged && start >= file.length) return refuse(response, 416, {'content-range': `bytes */${file.length}`})
    let body = file.subarray(start, end + 1)
    const headers: Record<string, string> = {etag, 'accept-ranges': 'bytes'}
    const shift = fault?.kind === 'wrong-range' ? 1 : 0
    if (ranged) headers['content-range'] = `bytes ${start + shift}-${end + shift}/${file.length}`
    if (fault?.kind === 'rewrite') {
      body = Buffer.from(body)
      body.writeUInt8(body.readUInt8(body.length >> 1) ^ 1, body.length >> 1)
    }
    if (fault?.kind === 'gzip') {
      body = gzipSync(body)
      headers['content-encoding'] = 'gzip'
    }
    if (fault?.kind === 'too-long') body = Buffer.concat([body, Buffer.alloc(1000)])
    else headers['content-length'] = String(body.length)
    response.writeHead(ranged ? 206 : 200, headers)
    await sendBody(response, body, fault, seen)
  }

  const hub = createServer(async (request, response) => {
    const {seen, fault} = note('hub', request)
    if (fault?.kind === 'status') return refuse(response, fault.status, fault.headers, fault.body)
    const {pathname} = new URL(seen.path, 'http://hub')
    const api = /^\/api\/models\/([^/]+\/[^/]+)\/revision\/([^/]+)$/.exec(pathname)
    const resolve = /^\/([^/]+\/[^/]+)\/resolve\/([^/]+)\/(.+)$/.exec(pathname)
    const [, name = '', revision = '', path = ''] = api ?? resolve ?? []
    const authorization = request.headers.authorization
    const {token} = peer.options
    if (authorization !== undefined && authorization !== `Bearer ${token}`) {
      return refuse(response, 401, {'x-error-message': 'Invalid credentials in Authorization header'})
    }
    const repo = peer.repos[name]
    // As the real one: who may not know whether a repository exists is not told.
    if (!repo) return refuse(response, authorization ? 404 : 401, {'x-error-code': 'RepoNotFound'})
    if (repo.gated && authorization === undefined) return refuse(response, 401, {'x-error-code': 'GatedRepo'})
    const known = revisionsOf(repo)
    const wanted = decodeURIComponent(revision)
    const commit = known[wanted] ?? Object.values(known).find(each => each === wanted)
    if (commit === undefined) return refuse(response, 404, {'x-error-code': 'RevisionNotFound'})
    if (api) {
      const siblings = Object.entries(repo.files).map(([rfilename, bytes]) => ({
        rfilename,
        size: bytes.length,
        blobId: gitIdOf(bytes),
        ...(repo.small?.includes(rfilename)
          ? {}
          : {lfs: {sha256: sha256Of(bytes), size: bytes.length, pointerSize: 134}}),
      }))
      response.writeHead(200, {'content-type': 'application/json'})
      return void response.end(JSON.stringify({id: name, sha: commit, gated: repo.gated ?? false, siblings}))
    }
    const filePath = decodeURIComponent(path)
    const file = repo.files[filePath]
    if (!file) return refuse(response, 404, {'x-error-code': 'EntryNotFound'})
    if (repo.small?.includes(filePath)) {
      response.setHeader('x-repo-commit', commit)
      return sendFile(response, file, seen, fault, `"${gitIdOf(file)}"`)
    }
    response.writeHead(302, {
      location: `${peer.contentOrigin}/content/${sha256Of(file)}?signature=${links++}`,
      'x-repo-commit': commit,
      'x-linked-size': String(file.length),
      'x-linked-etag': `"${sha256Of(file)}"`,
    })
    response.end()
  })

  const peer: HubPeer = {
    endpoint: await listen(hub),
    contentOrigin: await listen(content),
    requests,
    repos: options.repos,
    options,
    close: async () => {
      for (const server of [hub, content]) {
        server.close()
        server.closeAllConnections()
      }
    },
  }
  return peer
}
