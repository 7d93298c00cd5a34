import {expectEqual, expectMatch} from '@essence/core/proof/expect'
import {mockRate} from '@essence/core/proof/mock-speech'
import {withClient} from '@essence/core/proof/rpc-checks'
import type {ServiceCheck} from '@essence/core/proof/service-checks'
import {textToSpeech} from './text-to-speech.ts'

const voices = [
  {id: 'mock-low', name: 'Low tones', gender: 'male'},
  {id: 'mock-high', name: 'High tones', gender: 'female'},
].map(voice => ({...voice, language: 'en', sampleRate: mockRate, engine: 'mock'}))

export const healthAndVoices: ServiceCheck[] = [
  {
    name: 'HealthCheck',
    async run(service, signal) {
      const health = await withClient(textToSpeech, service, client => client.healthCheck({}, {signal}))
      const {version, demo, deviceReason, ...rest} = health
      expectEqual('HealthCheck', rest, {
        ...{healthy: true, engine: 'mock', modelName: 'tones', device: 'cpu'},
        availableVoices: voices.map(({id}) => id),
      })
      expectMatch('the version in HealthCheck', version, /^\d+\.\d+\.\d+/)
      expectMatch('what HealthCheck says of the demonstration', demo, /tone/)
      expectMatch('why HealthCheck says it computes there', deviceReason, /./)
    },
  },
  {
    name: 'ListVoices',
    run: (service, signal) =>
      withClient(textToSpeech, service, async client => {
        const listed = async (language: string) => (await client.listVoices({language}, {signal})).voices
        expectEqual('ListVoices', await listed(''), voices)
        expectEqual('ListVoices of a language with region', await listed('en-GB'), voices)
        expectEqual('ListVoices of a language nobody speaks', await listed('de'), [])
      }),
  },
]
