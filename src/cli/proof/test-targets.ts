import {EssenceError} from '../../kit/errors.ts'
import type {RunningServices} from '../../proof/run-round-trip.ts'

const form = /^(?:(stt|tts|gateway)=)?((?:https?|grpcs?):\/\/\S+)$/

/**
 * The running services that `--url` names: the gateway, unless it says which.
 * @throws USAGE
 */
export const testTargets = (urls: readonly string[]): RunningServices => {
  const targets: Partial<Record<keyof RunningServices, string>> = {}
  for (const text of urls) {
    const [, named, url] = form.exec(text) ?? []
    const name = (named ?? 'gateway') as keyof RunningServices
    const isHttp = url?.startsWith('http')
    if (url === undefined || !URL.canParse(url) || isHttp !== (name === 'gateway')) {
      throw new EssenceError('USAGE', `--url "${text}": expected the address of a service.`, {
        suggestions: [
          'The gateway: --url http://127.0.0.1:8000',
          'Speech: --url stt=grpc://127.0.0.1:50052 --url tts=grpc://127.0.0.1:50053',
        ],
      })
    }
    targets[name] = url
  }
  return targets
}
