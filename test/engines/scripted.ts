import type {AssistantDelta, AssistantRequest, Mind} from '@essence/core/assistant/port'
import type {EngineInfo} from '@essence/core/compute/engine-info'
import type {Engines} from '@essence/core/engines/open'
import {EssenceError} from '@essence/core/kit/errors'
import type {SynthesisOptions} from '@essence/core/tts/port'

const info: EngineInfo = {engine: 'scripted', model: 'script', device: 'cpu', deviceReason: 'a test'}

/** A piece of an answer; a string is one that is shown and spoken. */
type Piece = string | AssistantDelta
type Answer = string | Promise<string> | Iterable<Piece> | AsyncIterable<Piece>

export interface Script {
  /** What is recognised in any sound; empty: nothing. A function is asked each time. */
  heard?: string | (() => string)
  /** What is answered, piece by piece; a function looks at the request, waits, or throws. */
  answer?: readonly Piece[] | ((request: AssistantRequest) => Answer)
  /** Awaited before the stage goes on; what it throws is how the stage fails. */
  beforeHearing?: () => Promise<void> | void
  beforePiece?: (index: number) => Promise<void> | void
  beforeSpeech?: (sentence: string) => Promise<void> | void
  /** Called with the session to forget. */
  forget?: (session: string, speaker?: string) => void
  notices?: string[]
  /** What is known and done beside answering. */
  mind?: Mind
  /** What is missing of it; a function is asked each time. */
  lacks?: string[] | (() => string[])
}

/** What happened to the engines, for a test to look at. */
export interface Trace {
  requests: AssistantRequest[]
  /** The language each recognition was asked for. */
  languages: (string | undefined)[]
  spoken: {text: string; options: SynthesisOptions}[]
  /** Stages that began and have not ended yet. */
  running: Set<string>
  /** How often the engines were closed as a whole. */
  closed: number
}

/** Engines that do what a script says, at once; each heeds its signal as the ports ask. Speech is 100 ms of a tone for each sentence. */
export const scriptedEngines = (script: Script = {}): Engines & {trace: Trace} => {
  const {heard: said = 'hello june', answer = ({text}) => `You said: ${text}.`} = script
  const heard = (): string => (typeof said === 'function' ? said() : said)
  const trace: Trace = {requests: [], languages: [], spoken: [], running: new Set(), closed: 0}

  /** Work that ends with CANCELLED as soon as the signal says so. */
  const stage = async <T>(name: string, signal: AbortSignal | undefined, work: () => Promise<T> | T): Promise<T> => {
    trace.running.add(name)
    const cancelled = Promise.withResolvers<never>()
    const cancel = (): void => cancelled.reject(new EssenceError('CANCELLED', 'Cancelled.'))
    if (signal?.aborted) cancel()
    signal?.addEventListener('abort', cancel)
    try {
      return await Promise.race([cancelled.promise, work()])
    } finally {
      signal?.removeEventListener('abort', cancel)
      trace.running.delete(name)
    }
  }

  return {
    stt: {
      info,
      abilities: {languages: ['en'], translate: false, words: false, prompt: true, confidence: false},
      async *stream(sound) {
        for await (const _ of sound);
        yield {type: 'final', segment: {text: heard(), startMs: 0, endMs: 0}, language: 'en'}
      },
      async recognize(audio, {signal, language} = {}) {
        trace.languages.push(language)
        await stage('stt', signal, () => script.beforeHearing?.())
        return {text: heard(), segments: [], language: 'en', audioMs: audio.length / 16}
      },
      close: async () => {},
    },
    assistant: {
      info,
      async *reply(request) {
        trace.requests.push(request)
        const pieces = piecesOf(typeof answer === 'function' ? answer(request) : answer)
        for (let index = 0; ; index++) {
          const next = await stage('assistant', request.signal, async () => {
            const piece = await pieces.next()
            if (!piece.done) await script.beforePiece?.(index)
            return piece
          })
          if (next.done) return
          yield typeof next.value === 'string' ? {kind: 'answer', text: next.value} : next.value
        }
      },
      mind: script.mind,
      get lacks() {
        return typeof script.lacks === 'function' ? script.lacks() : script.lacks
      },
      forget: async (session, speaker) => script.forget?.(session, speaker),
      close: async () => {},
    },
    tts: {
      info,
      voices: async () => [{id: 'tone', name: 'Tone', language: 'en', gender: 'unknown', sampleRate: 16_000}],
      async *synthesize(text, options = {}) {
        trace.spoken.push({text, options})
        await stage('tts', options.signal, () => script.beforeSpeech?.(text))
        yield {pcm: Float32Array.from({length: 1600}, (_, n) => 0.5 * Math.sin(n / 5)), sampleRate: 16_000}
      },
      close: async () => {},
    },
    lines: ['answers: scripted'],
    notices: script.notices ?? [],
    close: async () => {
      trace.closed++
    },
    trace,
  }
}

async function* piecesOf(answer: Answer): AsyncGenerator<Piece> {
  const pieces = await answer
  if (typeof pieces === 'string') yield pieces
  else yield* pieces
}
