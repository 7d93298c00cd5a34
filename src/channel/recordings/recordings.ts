import {createHash} from 'node:crypto'
import * as z from 'zod'
import type {Settings} from '../../config/schema.ts'
import {EssenceError, isEssenceError, messageOf} from '../../kit/errors.ts'
import {collectWithin, type RecordingLimits} from '../recording-limits.ts'
import {S3Bucket} from './s3-bucket.ts'

/** Where a recording waits until its message is answered. */
export const storedSchema = z.object({
  bucket: z.string(),
  key: z.string(),
  bytes: z.int().nonnegative(),
  /** In hex. */
  sha256: z.string(),
})

export type StoredRecording = z.infer<typeof storedSchema>

/** Recordings in the bucket of an S3 server. */
export interface Recordings {
  /** @param name unique: `telegram/4711/1234` @throws STORE_UNAVAILABLE */
  put(name: string, bytes: Uint8Array): Promise<StoredRecording>
  /** @throws STORE_UNAVAILABLE, DIGEST_MISMATCH (it is not what was put there), AUDIO_TOO_LARGE */
  get(stored: StoredRecording, limits: RecordingLimits): Promise<Uint8Array>
  /** One that is gone is no failure. @throws STORE_UNAVAILABLE */
  remove(stored: StoredRecording): Promise<void>
  /** Removes those of messages that ended without a word. @param before ms since the epoch @throws STORE_UNAVAILABLE */
  prune(before: number): Promise<void>
}

export type RecordingsSettings = Pick<
  Settings,
  'MINIO_ENDPOINT' | 'MINIO_ROOT_USER' | 'MINIO_ROOT_PASSWORD' | 'MINIO_BUCKET' | 'MINIO_SECURE'
>

const folder = 'recordings/'

/** The recordings of this installation; undefined where no S3 server is set. @throws CONFIG_INVALID */
export const openRecordings = (settings: RecordingsSettings): Recordings | undefined => {
  const {MINIO_ENDPOINT: given, MINIO_ROOT_USER: accessKey, MINIO_ROOT_PASSWORD: secretKey} = settings
  const {MINIO_BUCKET: bucket, MINIO_SECURE: secure} = settings
  if (given === undefined) return undefined
  if (!secretKey) {
    throw new EssenceError('CONFIG_INVALID', 'MINIO_ENDPOINT is set, but MINIO_ROOT_PASSWORD is not.', {
      suggestions: [
        'Set MINIO_ROOT_USER and MINIO_ROOT_PASSWORD to the access key and the secret key of the S3 server.',
      ],
    })
  }
  const root = /^https?:/.test(given) ? given : `${secure ? 'https' : 'http'}://${given}`
  const s3 = new S3Bucket({root, bucket, accessKey, secretKey})

  const asked = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work()
    } catch (cause) {
      if (isEssenceError(cause)) throw cause
      throw new EssenceError(
        'STORE_UNAVAILABLE',
        `The bucket ${bucket} at ${root} cannot be used: ${messageOf(cause)}`,
        {
          suggestions: [
            'See that the S3 server runs, and that MINIO_ENDPOINT, MINIO_ROOT_USER and MINIO_ROOT_PASSWORD are right.',
          ],
          cause,
        },
      )
    }
  }

  return {
    put: (name, bytes) =>
      asked(async () => {
        const key = `${folder}${name}`
        await s3.ready()
        await s3.put(key, bytes)
        return {bucket, key, bytes: bytes.length, sha256: digestOf(bytes)}
      }),
    get: ({key, bytes, sha256}, limits) =>
      asked(async () => {
        const found = await collectWithin(await s3.get(key), limits)
        if (found.length === bytes && digestOf(found) === sha256) return found
        throw new EssenceError('DIGEST_MISMATCH', `${key} in ${bucket} is not the recording that was put there.`)
      }),
    remove: ({key}) => asked(() => s3.remove(key)),
    prune: before =>
      asked(async () => {
        await s3.ready()
        for (const {key, modifiedAt} of await s3.list(folder)) if (modifiedAt < before) await s3.remove(key)
      }),
  }
}

const digestOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')
