import * as z from 'zod'
import {EssenceError, isEssenceError} from '../../kit/errors.ts'
import {retry} from '../../kit/flow/retry.ts'
import {repositoryPath} from '../catalogue/entry.ts'
import type {Digest} from '../digest.ts'
import {networkError, refusal} from './hub-error.ts'
import {get, type HubAccess} from './hub-request.ts'
import {type HubRetryOptions, hubRetry} from './hub-retry.ts'

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
  const text = await retry(
    async () => {
      const {status, headers, body, tokenSent} = await get(hub, url, {signal})
      const content = await readText(body, mostAnswerBytes).catch((error: unknown) => {
        throw isEssenceError(error) ? error : networkError(url, error)
      })
      if (status === 200) return content
      throw refusal({status, headers, subject: `${repo} at ${revision}`, repo, endpoint: hub.endpoint, tokenSent})
    },
    {...hubRetry(attempts), signal},
  )
  const parsed = answerSchema.safeParse(parse(text))
  if (!parsed.success) {
    throw new EssenceError(
      'REMOTE_REFUSED',
      `${hub.endpoint.host} answered for ${repo}, but not as a model hub does.`,
      {
        cause: parsed.error.issues[0],
        suggestions: ['Check HF_ENDPOINT; a proxy may have answered in its place.'],
      },
    )
  }
  const {sha: commit, siblings} = parsed.data
  const files = siblings.flatMap(({rfilename, size, blobId, lfs}): RemoteFile[] => {
    // A path that would leave our folder is nobody's model file.
    if (!repositoryPath.safeParse(rfilename).success) return []
    if (lfs) return [{path: rfilename, size: lfs.size, digest: {algorithm: 'sha256', hex: lfs.sha256}}]
    if (size === undefined || blobId === undefined) return []
    return [{path: rfilename, size, digest: {algorithm: 'git-sha1', hex: blobId}}]
  })
  return {repo, revision, commit, files}
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
