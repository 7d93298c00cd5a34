import type {ModelEntry} from '../catalogue/entry.ts'
import {fileUrl} from './hub.ts'
import {get, type HubAccess} from './hub-request.ts'
import {refusal} from './refusal.ts'

/** Bytes asked for, and the ms they may take: enough to say "about 3 minutes", and no more than a person waits for a question. */
const sampleBytes = 4 << 20
const sampleMs = 1500
const answerMs = 5000

/**
 * Measures how fast the hub sends, by the beginning of a file, which is thrown away.
 * @returns bytes a second over one connection; undefined where too little came to tell
 * @throws REMOTE_UNREACHABLE, REMOTE_REFUSED, TOKEN_REJECTED, MODEL_GATED: what a download would meet
 */
export const measureRate = async (
  hub: HubAccess,
  {repo, revision, files}: Pick<ModelEntry, 'repo' | 'revision' | 'files'>,
): Promise<number | undefined> => {
  const path = files[0]?.path ?? ''
  const headers = {range: `bytes=0-${sampleBytes - 1}`}
  const answer = await get(hub, fileUrl(hub, repo, revision, path), {headers, signal: AbortSignal.timeout(answerMs)})
  answer.body.on('error', () => {})
  if (answer.status !== 200 && answer.status !== 206) {
    answer.body.destroy()
    throw refusal(answer, {subject: `${path} of ${repo}`, repo, endpoint: hub.endpoint})
  }
  // From the first bytes on: what came before is the way there, not the rate.
  let began: number | undefined
  let received = 0
  for await (const chunk of answer.body) {
    const now = performance.now()
    if (began === undefined) began = now
    else received += (chunk as Uint8Array).length
    if (received >= sampleBytes || now - began >= sampleMs) break
  }
  if (began === undefined || received === 0) return undefined
  return (received / Math.max(1, performance.now() - began)) * 1000
}
