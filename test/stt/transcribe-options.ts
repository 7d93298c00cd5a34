import type {TranscribeOptions} from '@essence/core/stt/engine'

/** What an engine is asked for with a window, unless a test asks for more. */
export const transcribeOptions = (options: Partial<TranscribeOptions> = {}): TranscribeOptions => ({
  language: 'auto',
  translate: false,
  words: false,
  interim: false,
  signal: new AbortController().signal,
  ...options,
})
