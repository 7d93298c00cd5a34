import {setImmediate as yieldToEventLoop} from 'node:timers/promises'
import {concatSamples} from '../audio/pcm.ts'
import {busyError, EssenceError, throwIfCancelled} from '../kit/errors.ts'
import {runYielding} from '../kit/flow/cooperative.ts'
import {Semaphore} from '../kit/flow/semaphore.ts'
import {untilAborted} from '../kit/flow/until-aborted.ts'
import {mainLanguage} from '../text/language-tag.ts'
import type {VoiceEngine} from './engine.ts'
import {checkProsody} from './options.ts'
import type {PcmChunk, SynthesisOptions, TextToSpeech} from './port.ts'
import {openShaper, type SpokenClause, silence} from './speech-shaper.ts'
import {combineProsody, limitProsody, styles} from './styles.ts'
import {type Clause, clausesOf} from './text/clauses.ts'
import {inOwnLanguage} from './text/own-language.ts'
import {plainPassages} from './text/passages.ts'
import {parseSsml} from './text/ssml.ts'

export interface TextToSpeechOptions {
  /** Texts being spoken at once before ENGINE_BUSY. Default 64. */
  requestLimit?: number | undefined
  /** Voice where a caller names none: an id or a language. Default: the engine's. */
  voice?: string | undefined
  /** Relative rate where a caller names none, 0.5..2. Default 1. */
  speed?: number | undefined
}

/**
 * Makes a synthesiser of an engine that speaks one clause: text into words and clauses, served clause by clause, one
 * clause computed ahead of the listener and no more, then rate, pitch, pauses and loudness. Closing it closes the engine.
 * @throws VOICE_UNKNOWN (the default voice), USAGE (the default speed)
 */
export const textToSpeech = (engine: VoiceEngine, options: TextToSpeechOptions = {}): TextToSpeech => {
  const {requestLimit = 64, speed: defaultSpeed = 1} = options
  checkProsody({speed: defaultSpeed})
  const defaultVoice = engine.resolve(options.voice ?? engine.defaultVoice)
  const known = new Map(engine.voices.map(voice => [voice.id, voice]))
  const slots = new Semaphore(engine.concurrency)
  const closing = new AbortController()
  let active = 0

  const voiceOf = ({voice, language}: SynthesisOptions): string => {
    if (voice !== undefined) return engine.resolve(voice)
    const own = known.get(defaultVoice)?.language
    if (language === undefined || own === undefined || mainLanguage(language) === mainLanguage(own)) return defaultVoice
    return engine.voiceFor(language) ?? defaultVoice
  }

  async function* speak(text: string, asked: SynthesisOptions, signal: AbortSignal): AsyncGenerator<PcmChunk> {
    const {speed, pitch, volume, style} = checkProsody({...asked, speed: asked.speed ?? defaultSpeed})
    const voice = voiceOf(asked)
    const whole = combineProsody({rate: speed, semitones: pitch, db: 0}, styles[style])
    const language = known.get(voice)?.language ?? mainLanguage(voice)
    const passages = asked.ssml ? await runYielding(parseSsml(text, language)) : plainPassages(text)
    const speaks = (foreign: string): boolean => engine.voiceFor(foreign) !== undefined
    const clauses = clausesOf(inOwnLanguage(passages, language, speaks), language)

    /** One clause, when there is a slot for it; an abort frees the slot only once the engine has stopped. */
    const compute = async (clause: Clause): Promise<SpokenClause> => {
      const prosody = limitProsody(combineProsody(whole, clause.prosody))
      const native = nativePart(engine, prosody)
      const parts: PcmChunk[] = []
      await slots.run(async () => {
        const speaker = (clause.language === undefined ? undefined : engine.voiceFor(clause.language)) ?? voice
        for await (const part of engine.speak(clause.text, {voice: speaker, ...native, signal})) parts.push(part)
      }, signal)
      const audio = {pcm: concatSamples(parts.map(({pcm}) => pcm)), sampleRate: parts[0]?.sampleRate ?? 0}
      const rest = {speed: prosody.rate / native.speed, semitones: prosody.semitones - native.pitch}
      return {clause, audio, rest, prosody}
    }
    let leadMs = 0
    const next = async (): Promise<SpokenClause | undefined> => {
      for (;;) {
        const {done, value: clause} = clauses.next()
        if (done) return undefined
        if (!clause) {
          await yieldToEventLoop()
          throwIfCancelled(signal)
        } else if (clause.text === '') leadMs = clause.breakMs ?? 0
        else return compute(clause)
      }
    }
    const begin = (): Promise<SpokenClause | undefined> => {
      const spoken = next()
      // Looked at only once the clause before has been taken, which may never be.
      spoken.catch(() => {})
      return spoken
    }

    const shape = openShaper(volume)
    let ahead = begin()
    for (;;) {
      const spoken = await ahead
      if (!spoken) break
      ahead = begin()
      if (spoken.audio.pcm.length === 0) continue
      yield* silence(leadMs, spoken.audio.sampleRate)
      leadMs = 0
      yield* shape(spoken)
    }
    // Nothing had a sound: markup of a pause alone is that pause.
    yield* silence(leadMs, (known.get(voice) ?? engine.voices[0])?.sampleRate ?? 0)
  }

  return {
    info: engine.info,
    requestLimit,
    defaultVoice,
    voices: async () => [...engine.voices],
    async *synthesize(text, asked = {}) {
      throwIfCancelled(asked.signal)
      if (closing.signal.aborted) throw closed(engine)
      if (active >= requestLimit) throw busyError(`The voice engine (${engine.info.engine})`, requestLimit)
      // The engine's signal: also aborted when the listener leaves.
      const leaving = new AbortController()
      const signal = AbortSignal.any([leaving.signal, closing.signal, ...(asked.signal ? [asked.signal] : [])])
      active++
      try {
        yield* untilAborted(speak(text, asked, signal), signal)
      } catch (error) {
        throw closing.signal.aborted && !asked.signal?.aborted ? closed(engine) : error
      } finally {
        active--
        leaving.abort()
      }
    },
    async close() {
      closing.abort()
      await engine.close()
    },
  }
}

/** What of a prosody the engine does by itself. */
const nativePart = (
  {native}: VoiceEngine,
  {rate, semitones}: {rate: number; semitones: number},
): {speed: number; pitch: number} => ({
  speed: native.speed ? Math.max(0.5, Math.min(2, rate)) : 1,
  pitch: Math.max(-native.pitch, Math.min(native.pitch, semitones)),
})

const closed = ({info}: VoiceEngine): EssenceError =>
  new EssenceError('ENGINE_UNAVAILABLE', `The voice engine (${info.engine}) has been closed.`)
