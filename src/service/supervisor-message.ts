import type {EngineInUse} from '../compute/engine-info.ts'
import {isEssenceError, messageOf} from '../kit/errors.ts'
import {redact} from '../kit/secret.ts'

/** Where a service listens, before it is ready. */
export interface Listening {
  /** Where people reach it: `http://127.0.0.1:8000`. */
  address?: string | undefined
  /** Where other services of June reach it: `grpc://127.0.0.1:50052`. */
  url?: string | undefined
  /** Where it tells of its health: `http://127.0.0.1:9092/health`. */
  health?: string | undefined
}

/** What a service says of itself once it is up. */
export interface ServiceSummary {
  name: string
  /** Where people reach it, if they do. */
  address?: string
  /** Where other services of June reach it, if they do: `grpc://127.0.0.1:50052`. */
  url?: string
  /** `stt: whisper.cpp large-v3-turbo on cuda` …, for the summary of `essence up`. */
  lines: string[]
  /** What is missing or only a demonstration, each with the command that mends it. */
  notices: string[]
  /** What runs the turns, or the calls, it answers; where another service runs an engine, what that tells of it. */
  engines?: EngineInUse[] | undefined
}

/** What a supervised service sends its supervisor over the IPC channel. */
export type SupervisorMessage =
  | ({type: 'listening'} & Listening)
  /** `reopens`: it can open newly installed models without an end to what it does. */
  | {type: 'ready'; summary: ServiceSummary; reopens: boolean}
  /** It has put newly installed models in the place of what it ran on. */
  | {type: 'reopened'; summary: ServiceSummary}
  /** It could not, and goes on with what it has. */
  | {type: 'kept'; reason: string}
  | {type: 'warning'; text: string}
  /** What ends it, as the CLI would print it. */
  | {type: 'failed'; message: string; suggestions: string[]}

/** Models that are fetched while June runs already. */
export type ComingModels =
  /** Sizes in bytes; `secondsLeft` at the rate of the last seconds, once there is one; `pause`: why nothing comes at the moment. */
  | {
      state: 'downloading'
      profile: string
      received: number
      size: number
      secondsLeft?: number | undefined
      pause?: string | undefined
    }
  | {state: 'opening'; profile: string}
  /** June goes on with what it has. */
  | {state: 'failed'; profile: string; reason: string}

/** What a supervisor sends a service. */
export type SupervisorOrder =
  /** Models were installed: open them. */
  | {type: 'reopen'}
  /** For people; nothing once they are here. */
  | {type: 'models'; models: ComingModels | null}

/** Does nothing where there is no supervisor, or it is gone: a closed channel stops the service by other ways. */
export const tellSupervisor = (message: SupervisorMessage): void => {
  if (process.connected) process.send?.(message, undefined, undefined, () => {})
}

/** Says what is about to end the service. */
export const tellFailure = (error: unknown): void =>
  tellSupervisor({
    type: 'failed',
    message: redact(messageOf(error)),
    suggestions: isEssenceError(error) ? error.suggestions.map(redact) : [],
  })
