import {clampedSamples} from '../audio/pcm.ts'
import {EssenceError} from '../kit/errors.ts'
import {runYielding} from '../kit/flow/cooperative.ts'
import {inPieces} from '../kit/flow/iterate.ts'
import {untilAborted} from '../kit/flow/until-aborted.ts'
import {joinTexts} from '../text/join-texts.ts'
import type {SpeechEngine} from './engine.ts'
import {joinSegments, meanConfidence} from './join-segments.ts'
import {recognitionLanguage} from './language.ts'
import {openEngineScheduler} from './pipeline/engine-scheduler.ts'
import {type PipelineOptions, recognitionPipeline} from './pipeline/pipeline.ts'
import type {PackingLimits} from './pipeline/window-packer.ts'
import type {
  RecognitionEvent,
  RecognitionOptions,
  SpeechToText,
  StreamOptions,
  Transcript,
  TranscriptSegment,
  VadParameters,
} from './port.ts'
import {energyVad} from './vad/energy-vad.ts'
import type {VoiceActivityDetector} from './vad/vad.ts'
import {vadParameters} from './vad/vad-parameters.ts'

export interface RecognizerOptions {
  /** Closed with the recogniser. Default: one that measures loudness. */
  vad?: VoiceActivityDetector | undefined
  /** Differences from `vadDefaults`. */
  vadParameters?: Partial<VadParameters> | undefined
  /** Leave out what is not speech, where a call does not say. Default true. */
  enableVad?: boolean | undefined
  /** Requests busy at once, waiting ones included, before ENGINE_BUSY. Default 64. */
  requestLimit?: number | undefined
  /** Text that precedes the speech, where a call brings none. */
  prompt?: string | undefined
}

/**
 * A recogniser of an engine that transcribes windows: everything common is here, once.
 * Requests are served in rotation, window by window. Batch is the stream over one array: without interim results, and with short
 * utterances put together.
 * @throws USAGE for parameters out of range, or a prompt where the engine takes none
 */
export const speechToText = (engine: SpeechEngine, options: RecognizerOptions = {}): SpeechToText => {
  const {vad = energyVad('no other was given'), enableVad = true, requestLimit = 64, prompt: ownPrompt} = options
  const {abilities, windowMs, info} = engine
  const scheduler = openEngineScheduler('The speech recogniser', requestLimit)
  const parametersFor = (given?: Partial<VadParameters>): VadParameters =>
    vadParameters(windowMs, given, options.vadParameters)
  parametersFor()
  requireAbility(!ownPrompt || abilities.prompt, engine, 'a prompt')

  const pipelineOptions = (asked: StreamOptions) => {
    const {language = 'auto', translate = false, words = false, hotWords = []} = asked
    requireAbility(!translate || abilities.translate, engine, 'translation')
    requireAbility(!words || abilities.words, engine, 'times of words')
    requireAbility(!(asked.prompt || hotWords.length > 0) || abilities.prompt, engine, 'a prompt or hot words')
    const prompt = promptOf(asked.prompt ?? ownPrompt, hotWords)
    const request: PipelineOptions['request'] = {translate, words, prompt: prompt || undefined}
    return {
      engine,
      language: recognitionLanguage(language, abilities.languages),
      parameters: parametersFor(asked.vadParameters),
      vad: (asked.vad ?? enableVad) ? vad : undefined,
      request,
    }
  }

  const packingOf = ({maxSpeechDurationS}: VadParameters): PackingLimits => ({
    windowMs: maxSpeechDurationS * 1000,
    maxGapMs: engine.maxGapMs ?? 2000,
  })

  const recognize = async (audio: Float32Array, asked: RecognitionOptions = {}): Promise<Transcript> => {
    const options = pipelineOptions(asked)
    const slot = scheduler.begin({signal: asked.signal})
    const segments: TranscriptSegment[] = []
    let transcript: Transcript | undefined
    const samples = await clamped(audio)
    const pieces = inPieces(samples, pieceSamples)
    const packing = packingOf(options.parameters)
    for await (const event of recognitionPipeline(pieces, {...options, slot, interim: false, packing})) {
      if (event.type === 'final') {
        for (const segment of event.transcript.segments) {
          segments.push(segment)
          asked.onSegment?.(segment)
        }
      } else if (event.type === 'end') {
        const {audioMs, language} = event
        const text = joinTexts(segments.map(segment => segment.text))
        transcript = {text, segments, language, audioMs, confidence: meanConfidence(segments)}
      }
    }
    if (!transcript) throw new EssenceError('BUG', 'A recognition ended without its end.')
    return transcript
  }

  const stream = async function* (
    audio: AsyncIterable<Float32Array>,
    asked: StreamOptions = {},
  ): AsyncGenerator<RecognitionEvent> {
    const {interim = false, packUtterances = false} = asked
    if (interim && packUtterances)
      throw new EssenceError('USAGE', 'Utterances that are put together have no interim results.', {
        suggestions: ['Ask for one of the two.'],
      })
    const options = pipelineOptions(asked)
    const packing = packUtterances ? packingOf(options.parameters) : undefined
    const slot = scheduler.begin({signal: asked.signal, idle: true})
    let at = 0
    // Inside, so that an abort reaches a source that is silent.
    const pieces = clampedPieces(untilAborted(audio, slot.signal))
    for await (const event of recognitionPipeline(pieces, {...options, slot, interim, packing})) {
      if (event.type === 'speech-start' || event.type === 'speech-end') {
        at = event.atMs
        yield event as RecognitionEvent
      } else if (event.type === 'interim') {
        yield {type: 'interim', segment: joinSegments(event.transcript.segments), language: event.transcript.language}
      } else if (event.type === 'final') {
        const {segments, language} = event.transcript
        if (packing) for (const segment of segments) yield {type: 'final', segment, language}
        else if (segments.length > 0) yield {type: 'final', segment: joinSegments(segments), language}
        // An interim without a final is taken back.
        else if (event.interimEmitted) yield {type: 'final', segment: {text: '', startMs: at, endMs: at}, language}
      }
    }
  }

  const close = async (): Promise<void> => {
    await scheduler.close()
    await Promise.all([engine.close(), vad.close()])
  }
  let closing: Promise<void> | undefined

  return {info, abilities, requestLimit, recognize, stream, close: () => (closing ??= close())}
}

const requireAbility = (has: boolean, {info}: SpeechEngine, what: string): void => {
  if (has) return
  throw new EssenceError('USAGE', `The speech engine ${info.engine} (${info.model}) cannot do this: ${what}.`, {
    suggestions: ['Leave it out, or take another model: essence models list'],
  })
}

/** Hot words first: where an engine takes the end of a long prompt only, the text before the speech is what stays. */
const promptOf = (prompt: string | undefined, hotWords: readonly string[]): string =>
  [
    hotWords
      .map(word => word.trim())
      .filter(word => word !== '')
      .join(', '),
    prompt?.trim() ?? '',
  ]
    .filter(part => part !== '')
    .join('. ')

/** Here samples enter: forced into −1..1 once, for the detector and every engine. */
const clamped = (audio: Float32Array): Promise<Float32Array> => runYielding(clampedSamples(audio))

async function* clampedPieces(pieces: AsyncIterable<Float32Array>): AsyncGenerator<Float32Array> {
  for await (const piece of pieces) yield await clamped(piece)
}

/** 5 s, so that a long recording does not keep the detector to itself. */
const pieceSamples = 80_000
