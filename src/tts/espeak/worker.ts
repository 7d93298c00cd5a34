// The worker thread that computes: espeak-ng is synchronous and would block the event loop. Relative imports only.
import loadEspeak from '@echogarden/espeak-ng-emscripten'
import {EssenceError, messageOf} from '../../kit/errors.ts'
import {serveThread} from '../../kit/process/thread.ts'
import type {EspeakCalls} from './calls.ts'

const silent = (): void => {}

const load = async () => {
  const espeak = await loadEspeak({print: silent, printErr: silent})
  return {espeak, synthesizer: new espeak.eSpeakNGWorker()}
}
type Espeak = Awaited<ReturnType<typeof load>>
let loading: Promise<Espeak> | undefined
let currentVoice = ''

const loaded = (): Promise<Espeak> => {
  loading ??= load().catch(cause => {
    throw new EssenceError('ENGINE_UNAVAILABLE', `espeak-ng could not be loaded: ${messageOf(cause)}`, {cause})
  })
  return loading
}

/** What throws in espeak-ng may have left it in any state: that ends the thread, and the next call starts another. */
const orEnd = async <T>(work: (espeak: Espeak) => T): Promise<T> => {
  const espeak = await loaded()
  try {
    return work(espeak)
  } catch (cause) {
    setImmediate(() => {
      throw cause
    })
    return new Promise(() => {})
  }
}

const setVoice = ({synthesizer}: Espeak, voice: string): void => {
  // Loading a voice's dictionary takes up to 0.2 s, so only on a change.
  if (voice !== currentVoice) synthesizer.set_voice(voice, '')
  currentVoice = voice
}

/** A text of C in espeak-ng's memory, which it gives away: read and freed. */
const take = ({espeak}: Espeak, pointer: number): string => {
  const bytes = espeak.HEAPU8.subarray(pointer, espeak.HEAPU8.indexOf(0, pointer))
  const text = new TextDecoder().decode(bytes)
  espeak._free(pointer)
  return text
}

serveThread<EspeakCalls>({
  catalogue: () =>
    orEnd(({espeak, synthesizer}) => ({
      sampleRate: synthesizer.samplerate,
      // Copies: what it lists are its own objects.
      voices: synthesizer.list_voices().map(({identifier, name, languages}) => ({identifier, name, languages})),
      variants: espeak.FS.readdir('/usr/share/espeak-ng-data/voices/!v').filter(name => !name.startsWith('.')),
    })),
  speak: ({ssml, voice, wordsPerMinute, pitch, range}, {cancelled, emit}) =>
    orEnd(loadedEspeak => {
      const {synthesizer} = loadedEspeak
      setVoice(loadedEspeak, voice)
      synthesizer.set_rate(wordsPerMinute)
      synthesizer.set_pitch(pitch)
      synthesizer.set_range(range)
      let audible = false
      synthesizer.synthesize(ssml, samples => {
        if (cancelled()) return true
        // Silence at the start only delays; text without a word gives nothing else.
        audible ||= samples.some(sample => sample !== 0)
        if (audible && samples.length > 0) {
          const pcm = Float32Array.from(samples, sample => sample / 32_768)
          emit(pcm, [pcm.buffer])
        }
        return false
      })
      return undefined
    }),
  phonemes: ({voice, texts}, {cancelled}) =>
    orEnd(espeak => {
      setVoice(espeak, voice)
      return texts.map(text =>
        cancelled() ? '' : take(espeak, espeak.synthesizer.convert_to_phonemes(text, true).ptr),
      )
    }),
})
