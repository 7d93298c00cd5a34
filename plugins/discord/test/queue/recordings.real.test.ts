// Voice messages that wait in a bucket until they are answered.
import {openRecordings} from '@essence/core/channel/recordings/recordings'
import {Secret} from '@essence/core/kit/secret'
import {expect, it, onTestFinished} from 'vitest'
import {freePort} from '../../../../test/kit/free-port.ts'
import {noS3, startS3} from '../../../../test/peers/s3-server.ts'
import {startService, textsIn} from '../harness.ts'
import {toneNote} from '../voice-notes.ts'

it.skipIf(noS3)(`are read from there, and removed once they are answered${noS3}`, async () => {
  const s3 = await startS3()
  onTestFinished(async () => void (await s3.stop()))
  const settings = {recordings: openRecordings(s3.settings)}
  const {peer, done, direct} = await startService({heard: 'hi', answer: () => 'Yes.', settings})
  await done(peer.userSends({voice: {bytes: await toneNote()}}))
  expect(textsIn(peer, direct)).toEqual(['(voice)', '“hi”\n\nYes.'])
  // Fetched once, when it came.
  expect(peer.downloads).toHaveLength(1)
  const left = async () => (await fetch(`${s3.root}/june-storage?list-type=2`)).text()
  expect(await left()).toContain('june-storage')
  await expect.poll(left).not.toContain('<Contents>')
})

it('stay with Discord where the bucket is away', async () => {
  const recordings = openRecordings({
    ...{MINIO_ENDPOINT: `127.0.0.1:${await freePort()}`, MINIO_ROOT_USER: 'admin', MINIO_BUCKET: 'june-storage'},
    ...{MINIO_ROOT_PASSWORD: new Secret('password'), MINIO_SECURE: false},
  })
  const {peer, done, direct, lines} = await startService({heard: 'hi', answer: () => 'Yes.', settings: {recordings}})
  await done(peer.userSends({voice: {bytes: await toneNote()}}))
  expect(textsIn(peer, direct)).toEqual(['(voice)', '“hi”\n\nYes.'])
  expect(lines.some(({msg}) => msg === 'a recording is not stored; it stays with Discord')).toBe(true)
})
