import type {Assistant} from '../../assistant/port.ts'
import type {Settings} from '../../config/schema.ts'
import type {EngineOptions} from '../options.ts'
import {patientAssistant} from './patience.ts'
import {connection} from './speech.ts'

/** Whether an address is that of June's own service, not of a server of another kind. */
export const isOurs = (url: string | undefined): url is string => url !== undefined && /^grpcs?:/.test(url)

/** Whether an address is that of an OpenAI-compatible server: a model, and nothing else of June. */
export const isForeign = (url: string | undefined): url is string => url !== undefined && /^https?:/.test(url)

/** The assistant at LLM_URL; undefined where no service of June's is there. @throws what `openRemoteAssistant` throws */
export const remoteAssistant = async (settings: Settings, options: EngineOptions): Promise<Assistant | undefined> => {
  const {LLM_URL: url} = settings
  if (!isOurs(url)) return undefined
  // gRPC takes a quarter of a second to load: only where it is used.
  const {openRemoteAssistant} = await import('../../assistant/grpc/client.ts')
  return patientAssistant(await openRemoteAssistant(await connection(settings, url, options)), options.waitMs)
}
