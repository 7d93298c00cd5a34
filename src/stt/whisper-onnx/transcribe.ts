import {seededRandom} from '../../kit/random.ts'
import {samplesPerMs} from '../duration.ts'
import type {EngineSegment, EngineTranscript} from '../engine.ts'
import type {WhisperShape} from '../ggml/whisper-tensors.ts'
import {whisperLanguages} from '../language.ts'
import {type Decoded, decode} from './decode.ts'
import type {Encoded, WhisperNet} from './model.ts'
import {needsFallback, saysTwice, temperatures} from './quality.ts'
import type {TokenRules} from './rules.ts'
import {minRestMs, positionMs, spansOf, type TokenSpan} from './segments.ts'
import {specialTokens, WhisperVocabulary} from './tokens.ts'
import {timeWords} from './words.ts'

/**
 * How much silence the encoder is shown after audio that does not fill the window, in positions, and how many beams are decoded.
 * Whisper was trained on windows of 30 s and recognises an end by the silence behind it: with less than 6 s, published models say
 * things twice; a result that looks bad all the same is decoded again with the whole window. OpenAI's choice is 5 beams
 * (`--beam_size`): as many words are right with 3, in less time (measured with tiny.en and base, docs/decisions/speech-recognition.md).
 * june-nano, whose window is shorter, was trained on what ends with the speech.
 */
export const decodingOf = ({audioPositions}: Pick<WhisperShape, 'audioPositions'>) =>
  audioPositions < 1500 ? {marginPositions: 64, beams: 1} : {marginPositions: 300, beams: 3}

export interface WindowOptions {
  /** ISO 639-1, or `auto`. */
  language: string
  prompt: string
  translate: boolean
  words: boolean
  /** One attempt only. */
  interim: boolean
  /** Always the whole window, however short the audio. */
  fullContext: boolean
}

/** Transcribes windows with a model. */
export class WhisperTranscriber {
  readonly #model: WhisperNet
  readonly #vocabulary: WhisperVocabulary
  readonly #rules: TokenRules
  readonly #languages: string[]

  constructor(model: WhisperNet) {
    this.#model = model
    const {shape, words, languages} = model.contents
    const special = specialTokens(shape.vocabulary)
    this.#vocabulary = new WhisperVocabulary(words, special.end)
    this.#languages = whisperLanguages(languages)
    this.#rules = {
      special,
      blank: this.#vocabulary.numberOf(' '),
      // Distilled models of two layers do not know times (whisper.cpp); large-v3's vocabulary is the exception.
      times: !(shape.textLayers === 2 && shape.vocabulary !== 51_866),
    }
  }

  /** @param audio mono, 16 kHz, −1..1, at most a window; once `cancelled`, the result is worth nothing */
  async transcribe(audio: Float32Array, options: WindowOptions, cancelled: () => boolean): Promise<EngineTranscript> {
    const segments: EngineSegment[] = []
    let {language} = options
    let startMs = 0
    const audioMs = audio.length / samplesPerMs
    // A model that breaks off again and again after a moment is not followed through the window moment by moment.
    for (let parts = 0; parts <= audioMs / minRestMs; parts++) {
      if (audioMs - startMs <= (startMs === 0 ? 0 : minRestMs) || cancelled()) break
      const rest = audio.subarray(Math.round(startMs * samplesPerMs))
      const {decoded, encoded} = await this.#attempts(rest, {...options, language}, cancelled)
      if (decoded.language !== undefined) language = this.#languages[decoded.language] ?? language
      const {spans, doneMs} = spansOf(decoded, this.#rules.special, audioMs - startMs)
      const found = spans.map(span => this.#segment(decoded, span, startMs))
      if (options.words && !cancelled())
        await this.#addWords(found, spans, decoded, encoded, audioMs - startMs, language, startMs)
      segments.push(...found.filter(({text}) => text !== ''))
      startMs += doneMs
    }
    return {segments, language: this.#rules.special.languages.length === 0 ? 'en' : language}
  }

  /** First with as much silence as it takes, then with the whole window, then less and less certain. */
  async #attempts(
    audio: Float32Array,
    options: WindowOptions,
    cancelled: () => boolean,
  ): Promise<{decoded: Decoded; encoded: Encoded}> {
    const {audioPositions, textPositions} = this.#model.contents.shape
    const {marginPositions, beams} = decodingOf(this.#model.contents.shape)
    const fitted = Math.min(audioPositions, Math.ceil(audio.length / samplesPerMs / positionMs) + marginPositions)
    const known = this.#languages.indexOf(options.language)
    const common = {
      rules: this.#rules,
      before: this.#before(options.prompt, Math.floor(textPositions / 2) - 1),
      language: this.#rules.special.languages.length === 0 || known === -1 ? undefined : known,
      translate: options.translate,
      // The same audio gives the same text.
      random: seededRandom(audio.length),
      seconds: audio.length / samplesPerMs / 1000,
      beams: options.interim ? 1 : beams,
      cancelled,
    }
    let encoded = await this.#model.encode(audio, options.fullContext ? audioPositions : fitted)
    let decoded = await decode(this.#model, encoded, {...common, temperature: 0})
    const done = (): boolean => options.interim || cancelled()
    const isBad = (): boolean => {
      const {full} = spansOf(decoded, this.#rules.special, audio.length / samplesPerMs)
      return needsFallback(decoded, this.#vocabulary.bytes(decoded.tokens), full)
    }
    const isTwice = (): boolean => saysTwice(this.#vocabulary.text(decoded.tokens))
    if (!done() && encoded.positions < audioPositions && (isBad() || isTwice())) {
      encoded = await this.#model.encode(audio, audioPositions)
      decoded = await decode(this.#model, encoded, {...common, temperature: 0})
    }
    for (const temperature of temperatures.slice(1)) {
      if (done() || !isBad()) break
      decoded = await decode(this.#model, encoded, {...common, temperature})
    }
    return {decoded, encoded}
  }

  /** The end of the text that precedes, after the token that says so. */
  #before(prompt: string, maxTokens: number): number[] {
    const text = prompt.trim()
    if (text === '') return []
    return [this.#rules.special.previous, ...this.#vocabulary.encode(` ${text}`).slice(-maxTokens + 1)]
  }

  #segment(decoded: Decoded, {startMs, endMs, from, to}: TokenSpan, offsetMs: number): EngineSegment {
    const logProbabilities = decoded.logProbabilities.slice(from, to)
    const mean = logProbabilities.reduce((sum, one) => sum + one, 0) / Math.max(1, logProbabilities.length)
    return {
      text: this.#vocabulary.text(decoded.tokens.slice(from, to)).trim(),
      startMs: Math.floor(offsetMs + startMs),
      endMs: Math.floor(offsetMs + endMs),
      confidence: Math.exp(mean),
      noSpeech: decoded.noSpeech,
      averageLogProbability: decoded.averageLogProbability,
    }
  }

  async #addWords(
    segments: EngineSegment[],
    spans: readonly TokenSpan[],
    decoded: Decoded,
    encoded: Encoded,
    audioMs: number,
    language: string,
    offsetMs: number,
  ): Promise<void> {
    const words = await timeWords(this.#model, this.#vocabulary, this.#rules.special, {
      spans,
      decoded,
      encoded,
      audioMs,
      language,
    })
    for (const [i, segment] of segments.entries())
      segment.words = (words[i] ?? []).map(word => ({
        ...word,
        startMs: Math.floor(offsetMs + word.startMs),
        endMs: Math.floor(offsetMs + word.endMs),
      }))
  }
}
