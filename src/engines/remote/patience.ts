import type {Assistant} from '../../assistant/port.ts'
import {isEssenceError} from '../../kit/errors.ts'
import {backoffMs} from '../../kit/flow/backoff.ts'
import {retry} from '../../kit/flow/retry.ts'
import type {Embedder} from '../../llm/embedding-port.ts'
import type {LanguageModel} from '../../llm/port.ts'
import type {SpeechToText} from '../../stt/port.ts'
import type {TextToSpeech} from '../../tts/port.ts'

/** A service that is started, or started again, loads its models: longer than this, in ms, no person waits for an answer. */
export const patienceMs = 30_000

const mayReturn = (error: unknown): boolean =>
  isEssenceError(error) && (error.code === 'REMOTE_UNREACHABLE' || error.code === 'ENGINE_UNAVAILABLE')

const again = (signal: AbortSignal | undefined, ms: number) => ({
  withinMs: ms,
  pause: (failures: number): number => backoffMs(failures, 100, 1000),
  retryable: mayReturn,
  signal,
})

/**
 * A recogniser elsewhere that is waited for while it is away: a recording is heard again from its beginning. A stream is
 * not: what was said meanwhile is gone.
 */
export const patientRecognizer = (stt: SpeechToText, ms = patienceMs): SpeechToText => ({
  ...stt,
  recognize: (audio, options = {}) => retry(() => stt.recognize(audio, options), again(options.signal, ms)),
})

/** A synthesiser elsewhere that is waited for while it is away, as long as nothing of the text has been spoken. */
export const patientSynthesizer = (tts: TextToSpeech, ms = patienceMs): TextToSpeech => ({
  ...tts,
  synthesize: (text, options = {}) => patiently(() => tts.synthesize(text, options), options.signal, ms),
})

/** An assistant elsewhere that is waited for while it is away, as long as nothing of its answer has come. */
export const patientAssistant = (assistant: Assistant, ms = patienceMs): Assistant => ({
  ...assistant,
  get lacks() {
    return assistant.lacks
  },
  reply: request => patiently(() => assistant.reply(request), request.signal, ms),
})

/** A model elsewhere, likewise. */
export const patientModel = (llm: LanguageModel, ms = patienceMs): LanguageModel => ({
  ...llm,
  countTokens: (...asked) => retry(() => llm.countTokens(...asked), again(undefined, ms)),
  chat: (messages, options = {}) => patiently(() => llm.chat(messages, options), options.signal, ms),
})

/** What embeds elsewhere, likewise. */
export const patientEmbedder = (embedder: Embedder, ms = patienceMs): Embedder => ({
  ...embedder,
  embed: (texts, options) => retry(() => embedder.embed(texts, options), again(options.signal, ms)),
})

async function* patiently<T>(
  open: () => AsyncIterable<T>,
  signal: AbortSignal | undefined,
  ms: number,
): AsyncGenerator<T> {
  const begin = async () => {
    const items = open()[Symbol.asyncIterator]()
    return {items, first: await items.next()}
  }
  const {items, first} = await retry(begin, again(signal, ms))
  try {
    for (let next = first; !next.done; next = await items.next()) yield next.value
  } finally {
    await items.return?.()
  }
}
