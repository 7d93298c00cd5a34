// TLS between services: a real certificate of a real authority, made by openssl.
import {readFileSync} from 'node:fs'
import {channelCredentials, serverCredentials} from '@essence/core/rpc/tls'
import {openRemoteRecognizer} from '@essence/core/stt/grpc/client'
import {mockSpeechToText} from '@essence/core/stt/mock'
import {beforeAll, describe, expect, it} from 'vitest'
import {bursts} from '../stt/bursts.ts'
import {temporaryFolder} from '../temporary-folder.ts'
import {authority, type CertificateFiles, missingOpenssl} from './authority.ts'
import {sttServer} from './serve.ts'

describe.skipIf(missingOpenssl !== '')(`TLS between services${missingOpenssl}`, () => {
  let ours: CertificateFiles
  let others: CertificateFiles
  beforeAll(() => {
    const folder = temporaryFolder()
    ours = authority(folder, 'ours')
    others = authority(folder, 'others')
  })

  it('a client that trusts the authority is served, others are not', async () => {
    const server = await sttServer(mockSpeechToText(), {credentials: await serverCredentials(ours)})
    expect(server.url).toBe(`grpcs://${server.address}`)
    const client = await openRemoteRecognizer({url: server.url, credentials: await channelCredentials(ours.ca)})
    expect((await client.recognize(bursts(1))).text).not.toBe('')
    await client.close()
    for (const ca of [undefined, others.ca]) {
      const credentials = await channelCredentials(ca)
      await expect(openRemoteRecognizer({url: server.url, credentials, waitMs: 0})).rejects.toMatchObject({
        code: 'REMOTE_UNREACHABLE',
      })
    }
    const plain = server.url.replace('grpcs', 'grpc')
    await expect(openRemoteRecognizer({url: plain, waitMs: 0})).rejects.toMatchObject({code: 'REMOTE_UNREACHABLE'})
    await server.close()
  })

  it.each([
    ['one file of two', () => ({cert: ours.cert}), 'SERVICE_TLS_CERT is set, but SERVICE_TLS_KEY is not'],
    ['the other one', () => ({key: ours.key}), 'SERVICE_TLS_KEY is set, but SERVICE_TLS_CERT is not'],
    ['a file that is not there', () => ({cert: '/no/such', key: ours.key}), 'SERVICE_TLS_CERT is /no/such'],
    ['a key of another certificate', () => ({cert: ours.cert, key: others.key}), 'cannot be used'],
    ['what is no PEM', () => ({cert: ours.cert, key: ours.cert}), 'cannot be used'],
  ])('refuses %s, and shows nothing of a key', async (_, files, message) => {
    const failure = await serverCredentials(files()).catch(error => error)
    expect(failure).toMatchObject({code: 'CONFIG_INVALID', message: expect.stringContaining(message)})
    expect(JSON.stringify(failure)).not.toContain(readFileSync(ours.key, 'utf8').split('\n')[1])
  })

  it('refuses an authority that is none', async () => {
    await expect(channelCredentials(ours.key)).rejects.toMatchObject({code: 'CONFIG_INVALID'})
  })
})
