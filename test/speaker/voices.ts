import {readAudio} from '@essence/core/audio/decode/decode'
import {encodeToBytes} from '@essence/core/audio/encode/encode'
import {openEspeak} from '@essence/core/tts/espeak/espeak'
import {textToSpeech} from '@essence/core/tts/text-to-speech'

/** Sentences of 3 s and more, alike enough for a model without weights: the last one is of words of the others. */
const sentences = [
  'Please remind me to call my mother tomorrow, open the window and close the door.',
  'It was a dark and stormy night, and a journey of a thousand miles begins with a single step.',
  'The meeting starts at half past nine, please send the report to the whole team.',
  'Please send the report to my mother, and remind me to open the door when the meeting starts tomorrow.',
] as const

/** Two who differ as much as a man and a woman do. */
export const voices = {anna: 'en-us+f4', ben: 'en-us'} as const

/** WAV files of the sentences, as espeak-ng speaks them in a voice. */
export const saidIn = async (voice: string): Promise<Uint8Array[]> => {
  const tts = textToSpeech(await openEspeak())
  try {
    const files: Uint8Array[] = []
    for (const text of sentences) files.push(await encodeToBytes(tts.synthesize(text, {voice}), 'wav'))
    return files
  } finally {
    await tts.close()
  }
}

/** The same as samples at 16 kHz. */
export const heardIn = async (voice: string): Promise<Float32Array[]> =>
  Promise.all((await saidIn(voice)).map(bytes => readAudio({bytes})))
