import type {Settings} from '../config/schema.ts'

/** A service as a check meets it: where it listens, as far as it does. */
export interface ServiceAtWork {
  name: string
  /** `grpc://127.0.0.1:50052` */
  url?: string | undefined
  /** Where people reach it: `http://127.0.0.1:8000`. */
  address?: string | undefined
  /** `http://127.0.0.1:9092/health` */
  health?: string | undefined
  /** What it was started with: keys, certificates. */
  settings: Settings
}

/** One thing that a service in mock mode must do, tried over its real wire. */
export interface ServiceCheck {
  /** What is reached, in a few words: `Recognize`, `GET /metrics`, `voice message`. */
  name: string
  /** Throws what is wrong: what was expected, and what came. */
  run: (service: ServiceAtWork, signal: AbortSignal) => Promise<void>
}

/** The checks of one service, and what its start needs. */
export interface OpenChecks {
  /** Environment to start the service with: a token, the address of what stands in for a platform. */
  env?: NodeJS.ProcessEnv | undefined
  /** In order, one after the other. */
  checks: ServiceCheck[]
  /** Ends what stands in for others. */
  close?: (() => Promise<void>) | undefined
}

/** What the hook `checks` of a plugin returns. */
export interface ServiceChecks {
  /** Name of the service, as `essence up` knows it. */
  service: string
  open: () => Promise<OpenChecks>
}
