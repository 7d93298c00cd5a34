// Recordings in the bucket of an S3 server, which is made where it is missing; what comes back is what was put there, or an error.
import {openRecordings, type Recordings} from '@essence/core/channel/recordings/recordings'
import {Secret} from '@essence/core/kit/secret'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {noS3, startS3} from '../../peers/s3-server.ts'

const limits = {maxBytes: 1_000_000, maxSeconds: 60}

it('without an S3 server there are none; without a password that is said', () => {
  const none = {MINIO_ROOT_USER: 'admin', MINIO_ROOT_PASSWORD: undefined, MINIO_BUCKET: 'b-1', MINIO_SECURE: false}
  expect(openRecordings({...none, MINIO_ENDPOINT: undefined})).toBeUndefined()
  expect(() => openRecordings({...none, MINIO_ENDPOINT: 'minio:9000'})).toThrow(/MINIO_ROOT_PASSWORD/)
})

describe.skipIf(noS3 !== '')(`recordings in a bucket${noS3}`, () => {
  let server: Awaited<ReturnType<typeof startS3>>
  let recordings: Recordings
  beforeAll(async () => {
    server = await startS3()
    const opened = openRecordings(server.settings)
    if (!opened) throw new Error('There are no recordings.')
    recordings = opened
  })
  afterAll(() => server.stop())

  const bytes = Uint8Array.from({length: 300_000}, (_, n) => n % 251)

  it('come back as they were, and are gone once they were removed', async () => {
    const stored = await recordings.put('telegram/4711/1', bytes)
    expect(stored).toMatchObject({bucket: 'june-storage', key: 'recordings/telegram/4711/1', bytes: 300_000})
    expect(Buffer.from(await recordings.get(stored, limits)).equals(bytes)).toBe(true)
    await expect(recordings.get(stored, {...limits, maxBytes: 1000})).rejects.toMatchObject({code: 'AUDIO_TOO_LARGE'})
    await recordings.remove(stored)
    await recordings.remove(stored)
    await expect(recordings.get(stored, limits)).rejects.toMatchObject({code: 'STORE_UNAVAILABLE'})
  })

  it('that are not what was put there are told from those that are', async () => {
    const stored = await recordings.put('telegram/4711/2', bytes)
    await recordings.put('telegram/4711/2', bytes.slice(1))
    await expect(recordings.get(stored, limits)).rejects.toMatchObject({code: 'DIGEST_MISMATCH'})
  })

  it('that are old are removed', async () => {
    const stored = await recordings.put('telegram/4711/3', bytes)
    await recordings.prune(Date.now() - 3_600_000)
    await recordings.get(stored, limits)
    await recordings.prune(Date.now() + 3_600_000)
    await expect(recordings.get(stored, limits)).rejects.toMatchObject({code: 'STORE_UNAVAILABLE'})
  })

  it('a server that is away is said, without its password', async () => {
    const away = openRecordings({
      ...server.settings,
      MINIO_ENDPOINT: '127.0.0.1:1',
      MINIO_ROOT_PASSWORD: new Secret('very-secret-key'),
    })
    const failure = await away?.put('x', bytes).catch(error => error)
    expect(failure).toMatchObject({code: 'STORE_UNAVAILABLE'})
    expect(JSON.stringify(failure) + failure.message + failure.stack).not.toContain('very-secret-key')
  })
})
