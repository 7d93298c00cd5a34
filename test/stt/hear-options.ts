import type {HearOptions} from '@essence/core/stt/engine'

/** What an engine is asked for with a window, unless a test asks for more. */
export const hearOptions = (options: Partial<HearOptions> = {}): HearOptions => ({
  language: 'auto',
  translate: false,
  words: false,
  interim: false,
  signal: new AbortController().signal,
  ...options,
})
