// The service takes what people send, workers of other processes answer it: over NATS, with recordings in a bucket, and over a file.
import {expect, it, onTestFinished} from 'vitest'
import {noNats, startNats} from '../../../../test/peers/nats-server.ts'
import {noS3, startS3} from '../../../../test/peers/s3-server.ts'
import {temporaryFolder} from '../../../../test/temporary-folder.ts'
import {startChild} from '../child.ts'
import {ada, openPeer} from '../harness.ts'
import {toneNote} from '../voice-notes.ts'

const worker = ['voice-worker', '--port', '0']

/** The address of health, from the log of a service. */
const addressIn = (output: string): string => /http:\/\/127\.0\.0\.1:\d+/.exec(output)?.[0] ?? ''

it.skipIf(noNats + noS3 !== '')(
  `over NATS, with recordings in a bucket${noNats || noS3}`,
  async () => {
    const [peer, nats, s3] = [await openPeer(), await startNats(), await startS3()]
    onTestFinished(async () => void (await Promise.all([nats.stop(), s3.stop()])))
    const dataDir = temporaryFolder()
    const {settings} = s3
    const env = {
      ...{USE_VOICE_QUEUE: 'true', NATS_URL: nats.url.reveal(), NATS_RECONNECT_WAIT: '0.2', NATS_MAX_RECONNECT: '3'},
      ...{MINIO_ENDPOINT: settings.MINIO_ENDPOINT, MINIO_ROOT_PASSWORD: settings.MINIO_ROOT_PASSWORD.reveal()},
    }
    const service = startChild(peer, dataDir, env)
    await service.says('"msg":"ready"')
    await service.says('/health')
    peer.userSends({from: ada, voice: {bytes: await toneNote()}})
    const status = async () =>
      (await (await fetch(`${addressIn(service.output())}/queue/status`)).json()) as Record<string, unknown>
    await expect.poll(status, {timeout: 20_000}).toMatchObject({stream_name: 'VOICE_MESSAGES', messages: 1})
    expect(await status()).toMatchObject({
      subject: 'voice.message.process.telegram=3a=4711',
      consumer: {pending: 1, delivered: 0},
    })
    // Nobody else polls for the bot.
    const second = startChild(peer, dataDir, env)
    await second.says('runs this Telegram bot already')
    expect(peer.downloads).toHaveLength(1)

    const one = startChild(peer, dataDir, {...env, WORKER_ID: 'attic'}, worker)
    const two = startChild(peer, dataDir, env, worker)
    await Promise.all([one.says('"msg":"ready"'), two.says('"msg":"ready"')])
    const answered = () => peer.shownIn(ada).filter(({voice}) => voice).length
    await expect.poll(answered, {timeout: 30_000}).toBe(1)
    // From the bucket, where nothing of it is left.
    expect(peer.downloads).toHaveLength(1)
    const left = async () => (await fetch(`${s3.root}/june-storage?list-type=2`)).text()
    await expect.poll(left, {timeout: 10_000}).not.toContain('<Contents>')

    // NATS dies for longer than a connection is kept: what was sent meanwhile is answered all the same.
    await nats.crash()
    peer.userSends({from: ada, text: 'are you there'})
    await service.says('cannot take messages')
    await nats.start()
    await expect
      .poll(() => peer.shownIn(ada).some(({text}) => text?.includes('are you there')), {timeout: 60_000})
      .toBe(true)
    for (const process of [service, one, two]) process.kill('SIGTERM')
    expect((await Promise.all([service.ended, one.ended, two.ended])).map(({code}) => code)).toEqual([0, 0, 0])
  },
  240_000,
)

it('over a file of this machine; two of one name there are not', async () => {
  const peer = await openPeer()
  const dataDir = temporaryFolder()
  const env = {USE_VOICE_QUEUE: 'true', WORKER_ID: 'attic'}
  const service = startChild(peer, dataDir, env)
  const first = startChild(peer, dataDir, env, worker)
  await Promise.all([service.says('"msg":"ready"'), first.says('"msg":"ready"')])
  const again = startChild(peer, dataDir, env, worker)
  await again.says('is the voice worker attic already')
  peer.userSends({from: ada, voice: {bytes: await toneNote()}})
  await first.says('"msg":"answered"')
  expect(peer.shownIn(ada).filter(({voice}) => voice)).toHaveLength(1)
  const status = await fetch(`${addressIn(service.output())}/queue/status`)
  expect(await status.json()).toMatchObject({stream_name: 'jobs', messages: 0, consumer: {pending: 0, delivered: 0}})
}, 120_000)
