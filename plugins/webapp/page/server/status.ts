import {useQuery} from '@tanstack/react-query'
import {askJson} from './ask.ts'
import {JuneError} from './june-error.ts'

export interface Voice {
  id: string
  name: string
  language: string
}

/** What comes in the place of a demonstration: of `GET /api/status`. */
export interface ComingModels {
  state: 'downloading' | 'opening' | 'failed'
  profile: string
  received?: number
  size?: number
  secondsLeft?: number
  pause?: string
  reason?: string
}

export interface ReadyStatus {
  ready: true
  lines: string[]
  notices: string[]
  voices: Voice[]
  /** What recognition knows, ISO 639-1. */
  languages: string[]
  sampleRate: number
  maxAudioMs: number
  /** Largest document June reads, in bytes. */
  maxDocumentBytes: number
  models?: ComingModels
  /** Who asks. */
  you: {id: string; isAdmin: boolean}
}

export type Status = ReadyStatus | (Pick<ReadyStatus, 'models' | 'you'> & {ready: false; loading: string[]})

/** June's state: looked at each second while she starts or is away, each half minute else. */
export const useStatus = () =>
  useQuery({
    queryKey: ['status'],
    queryFn: ({signal}) => askJson<Status>('/api/status', {signal}),
    retry: false,
    refetchInterval({state: {data, error}}) {
      if (error instanceof JuneError && error.retryAfter > 0) return error.retryAfter * 1000
      return error || !data?.ready || data.models ? 1000 : 30_000
    },
  })
