import {readAudio} from '@essence/core/audio/decode/decode'
import {encodeToBytes} from '@essence/core/audio/encode/encode'
import {openEspeak} from '@essence/core/tts/espeak/espeak'
import {textToSpeech} from '@essence/core/tts/text-to-speech'

/** Everyday sentences, about 25 s of speech. */
export const paragraph = [
  'Hello June, what is the weather like in Paris today?',
  'The quick brown fox jumps over the lazy dog.',
  'Please remind me to call my mother tomorrow, open the window and close the door.',
  'It was a dark and stormy night, and a journey of a thousand miles begins with a single step.',
  'The meeting starts at half past nine, please send the report to the whole team.',
  'Where did you put the keys? Turn off the light in the kitchen.',
  'Do not forget to bring your umbrella, your order has been shipped and will arrive on Monday.',
].join(' ')

/** Texts as june-nano's voice speaks them: espeak-ng, en-us, 175 words a minute; mono, 16 kHz. */
export const spoken = async (texts: readonly string[]): Promise<Float32Array[]> => {
  const voice = textToSpeech(await openEspeak())
  try {
    const all: Float32Array[] = []
    for (const text of texts) all.push(await readAudio({bytes: await encodeToBytes(voice.synthesize(text), 'wav')}))
    return all
  } finally {
    await voice.close()
  }
}

/** The first seconds of a sound that is repeated as often as it takes. */
export const repeated = (sound: Float32Array, seconds: number): Float32Array =>
  Float32Array.from({length: Math.round(seconds * 16_000)}, (_, i) => sound[i % sound.length] ?? 0)
