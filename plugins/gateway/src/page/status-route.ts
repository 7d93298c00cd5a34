import type {Caller} from '@essence/core/access/port'
import type {Engines} from '@essence/core/engines/open'
import type {ComingModels} from '@essence/core/service/run-service'
import type {TextToSpeech, Voice} from '@essence/core/tts/port'
import type {FastifyInstance} from 'fastify'

/** What the page must know of June before it offers to talk. */
export interface Status {
  ready: true
  /** What runs, for people. */
  lines: string[]
  /** What is only a demonstration, with the command that mends it. */
  notices: string[]
  voices: Voice[]
  /** What recognition knows, ISO 639-1. */
  languages: readonly string[]
  /** Hz of the usual voice: a page that plays at this rate joins clips without resampling each by itself, which clicks. */
  sampleRate: number
  maxAudioMs: number
  /** Largest document read, in bytes. */
  maxDocumentBytes: number
}

/** Asks the engines, once they are warm. */
export const statusOf = async (
  {lines, notices, stt, tts}: Engines,
  limits: Pick<Status, 'maxAudioMs' | 'maxDocumentBytes'>,
): Promise<Status> => ({
  ready: true,
  lines,
  notices,
  voices: await tts.voices(),
  languages: stt.abilities.languages,
  sampleRate: await sampleRateOf(tts),
  ...limits,
})

/** Only speech tells: the port does not name a rate, because voices differ. */
const sampleRateOf = async (tts: TextToSpeech): Promise<number> => {
  for await (const {sampleRate} of tts.synthesize('Hello.')) return sampleRate
  return 24_000
}

/** What the page gets meanwhile. */
export interface Starting {
  ready: false
  /** What is still loaded: `speech recognition`. */
  loading: readonly string[]
}

/** `GET /api/status`; `models` while real ones are on their way, or could not be fetched. */
export const addStatusRoute = (
  http: FastifyInstance,
  status: () => (Status | Starting) & {models?: ComingModels | undefined},
): void => {
  http.get('/api/status', {config: {access: 'known'}}, ({caller}, reply) =>
    reply.header('cache-control', 'no-store').send({...status(), you: youOf(caller)}),
  )
}

/** Who asks, as the page needs to know. */
const youOf = ({userId: id, permissions}: Caller): {id: string; isAdmin: boolean} => ({
  id,
  isAdmin: permissions.has('admin.read'),
})
