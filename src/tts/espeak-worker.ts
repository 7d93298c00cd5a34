// The worker thread that computes: espeak-ng is synchronous and would block the event loop. Relative imports only.
import {parentPort} from 'node:worker_threads'
import loadEspeak from '@echogarden/espeak-ng-emscripten'
import type {EspeakJob, EspeakReport} from './espeak-thread.ts'

const report = (message: EspeakReport, transfer: ArrayBuffer[] = []): void => parentPort?.postMessage(message, transfer)

const silent = (): void => {}
const espeak = await loadEspeak({print: silent, printErr: silent})
const synthesizer = new espeak.eSpeakNGWorker()
let currentVoice = ''

const speak = ({id, ssml, voice, wordsPerMinute, pitch, range, volume, cancelled}: EspeakJob): void => {
  const isCancelled = (): boolean => Atomics.load(cancelled, 0) !== 0
  if (isCancelled()) return
  // Loading a voice's dictionary takes up to 0.2 s, so only on a change.
  if (voice !== currentVoice) synthesizer.set_voice(voice, '')
  currentVoice = voice
  synthesizer.set_rate(wordsPerMinute)
  synthesizer.set_pitch(pitch)
  synthesizer.set_range(range)
  let audible = false
  synthesizer.synthesize(ssml, samples => {
    if (isCancelled()) return true
    // Silence at the start only delays; text without a word gives nothing else.
    audible ||= samples.some(sample => sample !== 0)
    if (audible && samples.length > 0) {
      const pcm = Float32Array.from(samples, sample => (sample / 32_768) * volume)
      report({type: 'audio', id, pcm}, [pcm.buffer])
    }
    return false
  })
  report({type: 'end', id})
}

// What throws here may have left the engine in any state: let it end the thread.
parentPort?.on('message', speak)
report({
  type: 'ready',
  sampleRate: synthesizer.samplerate,
  voices: synthesizer.list_voices(),
  variants: espeak.FS.readdir('/usr/share/espeak-ng-data/voices/!v').filter(name => !name.startsWith('.')),
})
