import * as z from 'zod'
import {EssenceError, isEssenceError} from '../../kit/errors.ts'
import {retry} from '../../kit/flow/retry.ts'
import {repositoryPath} from '../catalogue/entry.ts'
import type {Digest} from '../digest.ts'
import {get, type HubAccess} from './hub-request.ts'
import {type HubRetryOptions, hubRetry} from './hub-retry.ts'
import {networkError} from './network-error.ts'
import {isWebPage, noHub} from './no-hub.ts'
import {refusal} from './refusal.ts'

/** A file of a repository at one commit. */
export interface RemoteFile {
  path: string
  /** Bytes. */
  size: number
  digest: Digest
}

/** A repository at one commit. */
export interface RemoteSnapshot {
  repo: string
  revision: string
  /** What the revision means now: 40 hex digits. */
  commit: string
  files: RemoteFile[]
}

const answerSchema = z.object({
  sha: z.string().regex(/^[0-9a-f]{40}$/),
  siblings: z.array(
    z.object({
      rfilename: z.string(),
      size: z.int().nonnegative().optional(),
      blobId: z
        .string()
        .regex(/^[0-9a-f]{40}$/)
        .optional(),
      lfs: z.object({sha256: z.string().regex(/^[0-9a-f]{64}$/), size: z.int().nonnegative()}).nullish(),
    }),
  ),
})

/** The address of a file; each step of the path is escaped, the slashes are not. */
export const fileUrl = ({endpoint}: HubAccess, repo: string, commit: string, path: string): URL =>
  new URL(
    `${repo}/resolve/${encodeURIComponent(commit)}/${path.split('/').map(encodeURIComponent).join('/')}`,
    endpoint,
  )

/**
 * Asks the hub what a revision is: its commit, and the size and digest of every file.
 * @throws MODEL_GATED, TOKEN_REJECTED, REMOTE_REFUSED (no such repository or revision, an answer that is none),
 * REMOTE_UNREACHABLE, CANCELLED
 */
export const readSnapshot = async (
  hub: HubAccess,
  repo: string,
  revision: string,
  {signal, ...attempts}: {signal?: AbortSignal | undefined} & HubRetryOptions = {},
): Promise<RemoteSnapshot> => {
  const url = new URL(`api/models/${repo}/revision/${encodeURIComponent(revision)}?blobs=true`, hub.endpoint)
  const listing = await retry(() => askFor(url, repo, revision, hub, signal), {...hubRetry(attempts), signal})
  const {sha: commit, siblings} = listing
  const files = siblings.flatMap(({rfilename, size, blobId, lfs}): RemoteFile[] => {
    // A path that would leave our folder is nobody's model file.
    if (!repositoryPath.safeParse(rfilename).success) return []
    if (lfs) return [{path: rfilename, size: lfs.size, digest: {algorithm: 'sha256', hex: lfs.sha256}}]
    if (size === undefined || blobId === undefined) return []
    return [{path: rfilename, size, digest: {algorithm: 'git-sha1', hex: blobId}}]
  })
  return {repo, revision, commit, files}
}

const askFor = async (
  url: URL,
  repo: string,
  revision: string,
  hub: HubAccess,
  signal: AbortSignal | undefined,
): Promise<z.output<typeof answerSchema>> => {
  const {endpoint} = hub
  const answer = await get(hub, url, {signal})
  const text = await readText(answer.body, mostAnswerBytes).catch((error: unknown) => {
    throw isEssenceError(error) ? error : networkError(url, error)
  })
  const {status} = answer
  if (status !== 200) throw refusal(answer, {subject: `${repo} at ${revision}`, repo, endpoint})
  if (isWebPage(answer.headers, text)) throw noHub(answer.url, endpoint, 'it sent a web page (200)')
  const parsed = answerSchema.safeParse(parse(text))
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  const why = [issue?.path.join('.'), issue?.message].filter(Boolean).join(': ')
  throw noHub(answer.url, endpoint, `its answer for ${repo} is no listing of files (${why})`)
}

/** A listing of a hundred thousand files has 40 MB. */
const mostAnswerBytes = 64e6

/** @throws REMOTE_REFUSED beyond `most` bytes: whatever that is, it is no listing, and would fill the memory */
const readText = async (body: AsyncIterable<Uint8Array>, most: number): Promise<string> => {
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of body) {
    bytes += chunk.length
    if (bytes > most) throw new EssenceError('REMOTE_REFUSED', `The hub's answer is longer than ${most / 1e6} MB.`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString()
}

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
