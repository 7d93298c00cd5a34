import {EssenceError, throwIfCancelled} from '../kit/errors.ts'
import {espeakPieces, espeakSsml} from './espeak-text.ts'
import {type EspeakThread, startEspeakThread} from './espeak-thread.ts'
import {readEspeakVoices} from './espeak-voices.ts'
import {checkProsody} from './options.ts'
import type {SpeechChunk, SynthesisOptions, TextToSpeech} from './port.ts'

export interface EspeakOptions {
  /** Voice id, language or either with a variant (`en-us+f3`). Default `en-us`. */
  defaultVoice?: string
  /** Syntheses running or waiting at once before ENGINE_BUSY. Default 64. */
  queueLimit?: number
}

/**
 * Opens espeak-ng (C compiled to JavaScript, in a worker thread): a formant synthesiser, robotic but always there, with
 * 140 voices, about a hundred times faster than real time. Resolves when warm.
 * @throws VOICE_UNKNOWN (the default voice), ENGINE_UNAVAILABLE
 */
export const openEspeak = async ({
  defaultVoice = 'en-us',
  queueLimit = 64,
}: EspeakOptions = {}): Promise<TextToSpeech> => {
  let closed = false
  let active = 0
  let thread: Promise<EspeakThread> | undefined

  /** The thread; the next call after it ended starts another. */
  const running = (): Promise<EspeakThread> => {
    if (closed) throw new EssenceError('ENGINE_FAILED', 'espeak-ng is closed.')
    thread ??= startEspeakThread(() => {
      thread = undefined
    })
    return thread
  }

  const {catalogue} = await running()
  const voices = readEspeakVoices(catalogue.voices, catalogue.variants)
  const defaultLanguage = languageOf(voices.idFor(defaultVoice.replace(/\+.*$/, '')))

  const voiceFor = ({voice, language}: SynthesisOptions): string => {
    if (voice !== undefined) return voice
    const id = language === undefined ? undefined : voices.idFor(language)
    return id === undefined || languageOf(id) === defaultLanguage ? defaultVoice : id
  }

  async function* speak(text: string, options: SynthesisOptions): AsyncGenerator<SpeechChunk> {
    const {speed, pitch, volume} = checkProsody(options)
    const job = {
      voice: voices.fileOf(voiceFor(options)),
      wordsPerMinute: Math.round(175 * speed),
      ...espeakPitch(pitch),
      volume,
    }
    for (const piece of espeakPieces(text)) {
      throwIfCancelled(options.signal)
      const stream = (await running()).speak({...job, ssml: espeakSsml(piece)})
      for await (const pcm of cancellable(stream, options.signal)) yield {pcm, sampleRate: catalogue.sampleRate}
    }
  }

  const engine: TextToSpeech = {
    info: {
      engine: 'espeak-ng',
      model: defaultVoice,
      device: 'cpu',
      deviceReason: 'espeak-ng computes on the CPU only',
    },
    voices: async () => voices.list(),
    async *synthesize(text, options = {}) {
      throwIfCancelled(options.signal)
      if (active >= queueLimit) {
        throw new EssenceError(
          'ENGINE_BUSY',
          `espeak-ng is busy: ${active} texts are being spoken, the limit is ${queueLimit}.`,
          {
            suggestions: ['Try again in a moment.'],
          },
        )
      }
      active++
      try {
        yield* speak(text, options)
      } finally {
        active--
      }
    },
    async close() {
      closed = true
      await thread?.then(
        started => started.close(),
        () => {},
      )
    },
  }
  try {
    for await (const _ of engine.synthesize('Ready.'));
  } catch (error) {
    await engine.close()
    throw error
  }
  return engine
}

const languageOf = (voice: string | undefined): string | undefined => voice?.split('-')[0]

/**
 * Semitones → espeak-ng's pitch and range. Its pitch 0..99 scales the voice's base by ½ to 2 (`pitch_adjust_tab` in
 * voices.c), its range scales the intonation on top; moved together they were heard (median F0, `en-us`) at 0.82 of what
 * they say, so they are moved by that much more. Both end at their limits: beyond 9 semitones a shift stays about 9.
 */
const espeakPitch = (semitones: number): {pitch: number; range: number} => {
  const octaves = semitones / 12 / 0.82
  const within = (value: number): number => Math.max(0, Math.min(99, Math.round(value)))
  return {pitch: within(50 + 50 * octaves), range: within(50 * 2 ** octaves)}
}

/** The stream's values until its end, or CANCELLED as soon as the signal says so. Leaving early cancels the stream. */
async function* cancellable<T>(stream: ReadableStream<T>, signal: AbortSignal | undefined): AsyncGenerator<T> {
  const reader = stream.getReader()
  // Cancelling a failed stream repeats its failure, which the reader has already thrown.
  const cancel = (): void => void reader.cancel().catch(() => {})
  signal?.addEventListener('abort', cancel, {once: true})
  try {
    while (true) {
      throwIfCancelled(signal)
      const {done, value} = await reader.read()
      throwIfCancelled(signal)
      if (done) return
      yield value
    }
  } finally {
    signal?.removeEventListener('abort', cancel)
    cancel()
  }
}
