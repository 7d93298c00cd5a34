// What every gRPC service must have: each check holds for a real one, and fails where it is broken.
import {readConfig} from '@essence/core/config/read'
import {Secret} from '@essence/core/kit/secret'
import {accessCheck, expectRefused, standardChecks, withClient} from '@essence/core/proof/rpc-checks'
import type {ServiceAtWork} from '@essence/core/proof/service-checks'
import {SpeechToTextDefinition} from '@essence/core/rpc/generated/june/asr/asr'
import type {RpcServer} from '@essence/core/rpc/server'
import {serverCredentials} from '@essence/core/rpc/tls'
import {mockSpeechToText} from '@essence/core/stt/mock'
import {openMockTextToSpeech} from '@essence/core/tts/mock'
import {describe, expect, it, onTestFinished} from 'vitest'
import {authority, missingOpenssl} from '../rpc/authority.ts'
import {sttServer, ttsServer} from '../rpc/serve.ts'
import {temporaryFolder} from '../temporary-folder.ts'
import {failedChecks} from './run-checks.ts'

const {settings} = await readConfig()
const speech = {definition: SpeechToTextDefinition, name: 'june.asr.SpeechToText'}
const checks = [...standardChecks(speech), accessCheck(speech, (client, signal) => client.healthCheck({}, {signal}))]
const [check = '', watch = '', reflection = '', access = ''] = checks.map(({name}) => name)

const atWork = (server: RpcServer, own: Partial<typeof settings> = {}): ServiceAtWork => {
  onTestFinished(() => server.close())
  return {name: 'stt', url: server.url, settings: {...settings, ...own}}
}
const key = new Secret('a-key-for-this-test-only')

describe('a service', () => {
  it.each([
    ['with a key', {key}],
    ['without one', {}],
  ])('%s passes', async (_, options: {key?: Secret}) => {
    const server = await sttServer(mockSpeechToText(), options)
    expect(await failedChecks(atWork(server, {SERVICE_API_KEY: options.key}), checks)).toEqual({})
  })

  it('that wants another key, or none where one is set, fails', async () => {
    const [locked, open] = [
      await sttServer(mockSpeechToText(), {key: new Secret('another')}),
      await sttServer(mockSpeechToText()),
    ]
    for (const server of [locked, open]) {
      expect(Object.keys(await failedChecks(atWork(server, {SERVICE_API_KEY: key}), checks))).toEqual([access])
    }
  })

  it('whose engine does not work fails, and so does one that is not there', async () => {
    const server = await sttServer(mockSpeechToText())
    server.setHealthy(false)
    const service = atWork(server)
    expect(Object.keys(await failedChecks(service, checks))).toEqual([check, watch])
    await server.close()
    expect(Object.keys(await failedChecks(service, checks))).toEqual([check, watch, reflection, access])
  })

  it('that is another one fails', async () => {
    const service = atWork(await ttsServer(await openMockTextToSpeech()))
    expect(Object.keys(await failedChecks(service, checks))).toEqual([check, watch, reflection, access])
  })

  it.skipIf(missingOpenssl !== '')(
    `with TLS passes, one whose certificate is not trusted fails${missingOpenssl}`,
    async () => {
      const folder = temporaryFolder()
      const [ours, others] = [authority(folder, 'ours'), authority(folder, 'others')]
      const server = await sttServer(mockSpeechToText(), {credentials: await serverCredentials(ours)})
      expect(await failedChecks(atWork(server, {SERVICE_TLS_CA: ours.ca}), checks)).toEqual({})
      const failed = await failedChecks(atWork(server, {SERVICE_TLS_CA: others.ca}), checks)
      expect(Object.keys(failed)).toHaveLength(checks.length)
    },
  )
})

describe('expectRefused', () => {
  const tried = async (status: 'INVALID_ARGUMENT' | 'NOT_FOUND', message: RegExp, audioData = Buffer.alloc(0)) => {
    const service = atWork(await sttServer(mockSpeechToText()))
    await withClient(speech, service, client =>
      expectRefused('Recognize', client.recognize({audioData}), status, message),
    )
  }

  it('holds for the status and message asked for, and no other', async () => {
    await tried('INVALID_ARGUMENT', /empty/)
    await expect(tried('NOT_FOUND', /empty/)).rejects.toThrow(
      "its gRPC status: expected 'NOT_FOUND', found 'INVALID_ARGUMENT'",
    )
    await expect(tried('INVALID_ARGUMENT', /full/)).rejects.toThrow('its message: expected text like /full/')
    await expect(tried('INVALID_ARGUMENT', /empty/, Buffer.alloc(3200))).rejects.toThrow(
      'expected the status INVALID_ARGUMENT, found',
    )
  })
})
