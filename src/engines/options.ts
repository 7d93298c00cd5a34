/** Something that was said. */
export type Transcript = {heard: string} | {answered: string; session: string} | {spoken: string}

/** How an engine that the settings name is opened. */
export interface EngineOptions {
  /** Called when something is loaded, and when a service has to be waited for. */
  onProgress?: ((message: string) => void) | undefined
  /** ms to wait for it to be ready. Default: a minute, and as long as it says that it is loading. */
  waitMs?: number | undefined
  /** Aborting ends the start as soon as what is being loaded is. */
  signal?: AbortSignal | undefined
  /** Called with what people say and what June answers: personal data. */
  onTranscript?: ((transcript: Transcript) => void) | undefined
}
