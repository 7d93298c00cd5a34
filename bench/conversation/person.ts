import {readAudio} from '@essence/core/audio/decode/decode'
import {resampledStream} from '@essence/core/audio/encode/resampled-stream'
import {concatSamples} from '@essence/core/audio/pcm'
import {readConfig} from '@essence/core/config/read'
import {openSynthesizer} from '@essence/core/engines/synthesizer'
import {asLoudAsSpeech} from '@essence/core/proof/conversation/sounds'
import {kokoro} from '../../test/weights/published.ts'
import {benchFolder} from '../harness.ts'
import {recordingSets} from '../recordings.ts'
import {rate} from './live-talk.ts'

/** Another voice than June's, as loud as speech is: Kokoro's. */
export const openPerson = async () => {
  if (kokoro.missing) throw new Error(kokoro.missing)
  const folder = benchFolder()
  const {settings} = await readConfig({
    env: {ENV_SH: '/dev/null', JUNE_DATA_DIR: folder, MODEL_CACHE_DIR: folder, TTS_MODEL: kokoro.path},
  })
  const tts = await openSynthesizer(settings, {onProgress: () => {}})
  return {
    async says(text: string, voice: string): Promise<Float32Array> {
      const parts: Float32Array[] = []
      for await (const {pcm} of resampledStream(tts.synthesize(text, {voice}), () => rate)) parts.push(pcm)
      return asLoudAsSpeech(trimmed(concatSamples(parts)))
    },
    close: () => tts.close(),
  }
}

/** Without the silence at both ends. */
export const trimmed = (sound: Float32Array): Float32Array => {
  const peak = sound.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0)
  const isLoud = (sample: number): boolean => Math.abs(sample) > peak / 30
  return sound.slice(Math.max(0, sound.findIndex(isLoud) - 80), sound.findLastIndex(isLoud) + 160)
}

/** Recordings of people, as loud as speech is. */
export const recordings = async (set: string, most: number): Promise<Float32Array[]> => {
  const all = (recordingSets()?.[set] ?? []).slice(0, most)
  return Promise.all(all.map(async ({path}) => asLoudAsSpeech(trimmed(await readAudio({path}, {sampleRate: rate})))))
}

/** @param db of its loudness, relative to as it is */
export const louder = (sound: Float32Array, db: number): Float32Array => sound.map(sample => sample * 10 ** (db / 20))
