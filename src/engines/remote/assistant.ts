import type {RemoteMind} from '../../assistant/grpc/client.ts'
import type {Assistant} from '../../assistant/port.ts'
import type {Settings} from '../../config/schema.ts'
import type {EngineOptions} from '../options.ts'
import {erasingVoices} from '../speaker/erasing-voices.ts'
import {patientAssistant, patientEmbedder, patientModel} from './patience.ts'
import {connection} from './speech.ts'

/** Whether an address is that of June's own service, not of a server of another kind. */
export const isOurs = (url: string | undefined): url is string => url !== undefined && /^grpcs?:/.test(url)

/** Whether an address is that of an OpenAI-compatible server: a model, and nothing else of June. */
export const isForeign = (url: string | undefined): url is string => url !== undefined && /^https?:/.test(url)

/** June at LLM_URL, and the models behind her; undefined where no service of hers is there. @throws what `openRemoteMind` throws */
export const remoteMind = async (settings: Settings, options: EngineOptions): Promise<RemoteMind | undefined> => {
  const {LLM_URL: url} = settings
  if (!isOurs(url)) return undefined
  // gRPC takes a quarter of a second to load: only where it is used.
  const {openRemoteMind} = await import('../../assistant/grpc/client.ts')
  const {assistant, llm, embedder} = await openRemoteMind(await connection(settings, url, options))
  const {waitMs} = options
  const {mind} = assistant
  // Voices are known where channels run, which may be another machine than hers.
  const erasing = mind && {...mind, memory: erasingVoices(mind.memory, settings)}
  const patient = patientAssistant(assistant, waitMs)
  return {
    assistant: {
      ...patient,
      mind: erasing,
      get lacks() {
        return patient.lacks
      },
    },
    llm: llm && patientModel(llm, waitMs),
    embedder: embedder && patientEmbedder(embedder, waitMs),
  }
}

/** The assistant of `remoteMind`. @throws what that throws */
export const remoteAssistant = async (settings: Settings, options: EngineOptions): Promise<Assistant | undefined> =>
  (await remoteMind(settings, options))?.assistant
