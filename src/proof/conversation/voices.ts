import {dirname, resolve} from 'node:path'
import {readAudio} from '../../audio/decode/decode.ts'
import {trimmedSpeech} from '../../audio/dsp/fades.ts'
import {resampledStream} from '../../audio/encode/resampled-stream.ts'
import {concatSamples} from '../../audio/pcm.ts'
import type {TextToSpeech} from '../../tts/port.ts'
import {personRate} from './mixer.ts'
import type {Voices} from './prepare.ts'
import {asLoudAsSpeech} from './sounds.ts'

/** People who speak by a synthesiser, or from recordings, all equally loud. */
export const openVoices = (tts: TextToSpeech, signal: AbortSignal): Voices => ({
  async speak(text, {voice, speed, language}) {
    const chunks = tts.synthesize(text, {voice, speed, language: voice === undefined ? language : undefined, signal})
    const parts: Float32Array[] = []
    for await (const {pcm} of resampledStream(chunks, () => personRate, signal)) parts.push(pcm)
    return asLoudAsSpeech(trimmedSpeech(concatSamples(parts), personRate))
  },
  async recording(path, scenario) {
    const pcm = await readAudio({path: resolve(dirname(scenario), path)}, {sampleRate: personRate, signal})
    return asLoudAsSpeech(trimmedSpeech(pcm, personRate))
  },
})
