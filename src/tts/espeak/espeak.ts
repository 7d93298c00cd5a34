import {Channel} from '../../kit/flow/channel.ts'
import type {SpeakOptions, VoiceEngine} from '../engine.ts'
import {espeakSsml} from './text.ts'
import {startEspeakThread} from './thread.ts'
import {readEspeakVoices} from './voices.ts'

export interface EspeakOptions {
  /** Voice id, language or either with a variant (`en-us+f3`). Default `en-us`. */
  defaultVoice?: string | undefined
  /** Aborting ends the start. */
  signal?: AbortSignal | undefined
}

/**
 * Opens espeak-ng (C compiled to JavaScript, in a worker thread): a formant synthesiser, robotic but always there, with
 * 140 voices, about a hundred times faster than real time. Resolves when warm.
 * @throws VOICE_UNKNOWN (the default voice), ENGINE_UNAVAILABLE, CANCELLED
 */
export const openEspeak = async ({defaultVoice = 'en-us', signal}: EspeakOptions = {}): Promise<VoiceEngine> => {
  const thread = await startEspeakThread(signal)
  const {sampleRate} = thread.catalogue
  const voices = readEspeakVoices(thread.catalogue)

  const engine: VoiceEngine = {
    info: {
      engine: 'espeak-ng',
      model: defaultVoice,
      device: 'cpu',
      deviceReason: 'espeak-ng computes on the CPU only',
    },
    voices: voices.list(),
    defaultVoice,
    resolve: voices.resolve,
    voiceFor: voices.idFor,
    native: {speed: true, pitch: nativeSemitones},
    concurrency: 1,
    async *speak(clause, {voice, speed, pitch, signal}: SpeakOptions) {
      const job = {
        ssml: espeakSsml(clause),
        voice: voices.fileOf(voice),
        wordsPerMinute: Math.round(175 * speed),
        ...espeakPitch(pitch),
      }
      const leaving = new AbortController()
      // The thread does not wait, so the bound is the clause's length.
      const sound = new Channel<Float32Array>(Number.POSITIVE_INFINITY)
      const options = {
        signal: AbortSignal.any([signal, leaving.signal]),
        onEmit: (pcm: Float32Array) => void sound.push(pcm),
      }
      thread.call('speak', job, options).then(
        () => sound.end(),
        (error: unknown) => sound.fail(error),
      )
      try {
        for await (const pcm of sound) yield {pcm, sampleRate}
      } finally {
        leaving.abort()
      }
    },
    close: () => thread.close(),
  }
  try {
    const options = {voice: voices.resolve(defaultVoice), speed: 1, pitch: 0, signal: signal ?? AbortSignal.any([])}
    for await (const _ of engine.speak('Ready.', options));
  } catch (error) {
    await engine.close()
    throw error
  }
  return engine
}

/** Exact so far, with the timbre of the voice; at its limits, beyond 9, it no longer moves. */
const nativeSemitones = 6

/**
 * Semitones → espeak-ng's pitch and range. Its pitch 0..99 scales the voice's base by ½ to 2 (`pitch_adjust_tab` in
 * voices.c), its range scales the intonation on top; moved together they were heard (median F0, `en-us`) at 0.82 of what
 * they say, so they are moved by that much more. They are exact within half a semitone then.
 */
const espeakPitch = (semitones: number): {pitch: number; range: number} => {
  const octaves = semitones / 12 / 0.82
  const within = (value: number): number => Math.max(0, Math.min(99, Math.round(value)))
  return {pitch: within(50 + 50 * octaves), range: within(50 * 2 ** octaves)}
}
