import {expectEqual, expectMatch, expectThat} from '@essence/core/proof/expect'
import {withClient} from '@essence/core/proof/rpc-checks'
import type {ServiceCheck} from '@essence/core/proof/service-checks'
import {speechToText} from './speech-to-text.ts'

/** Every field of the health message. */
export const healthFields: ServiceCheck = {
  name: 'HealthCheck',
  async run(service, signal) {
    const health = await withClient(speechToText, service, client => client.healthCheck({}, {signal}))
    const {version, languages, demo, deviceReason, ...rest} = health
    expectEqual('HealthCheck', rest, {
      healthy: true,
      modelName: 'mock',
      device: 'cpu',
      engine: 'mock',
      supportsTranslation: true,
      supportsWordTimes: true,
      supportsPrompt: true,
      supportsConfidence: false,
    })
    expectMatch('the version in HealthCheck', version, /^\d+\.\d+\.\d+/)
    expectMatch('what HealthCheck says of the demonstration', demo, /stand-in/)
    expectMatch('why HealthCheck says it computes there', deviceReason, /./)
    const known = ['en', 'de', 'zh'].every(language => languages.includes(language))
    expectThat('the languages in HealthCheck', known, 'those of Whisper, en, de and zh among them', languages)
  },
}
