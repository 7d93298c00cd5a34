import {readAudio} from '@essence/core/audio/decode/decode'
import {encodeToBytes} from '@essence/core/audio/encode/encode'
import type {SpeechToText} from '@essence/core/stt/port'
import {openEspeak} from '@essence/core/tts/espeak/espeak'
import type {TextToSpeech} from '@essence/core/tts/port'
import {textToSpeech} from '@essence/core/tts/text-to-speech'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {openNano} from '../stt/nano.ts'
import {temporaryFolder} from '../temporary-folder.ts'
import {everyday, fromBook, hasBook} from './sentences.ts'
import {wordErrorRate} from './word-error-rate.ts'

// What the mouth says, the ears understand: espeak-ng through every step of speech synthesis, a voice note where it says so, and june-nano
// through every step of recognition. Each gate states what was measured and what is allowed: the margin is for other machines, whose
// arithmetic differs in the last bits, not for changes that make it worse.

let stt: SpeechToText
let tts: TextToSpeech
const folder = temporaryFolder()
beforeAll(async () => {
  tts = textToSpeech(await openEspeak())
  stt = await openNano(folder)
})
afterAll(async () => {
  await Promise.all([tts.close(), stt.close()])
})

const heardAs = async (text: string, format: 'wav' | 'ogg'): Promise<string> => {
  const bytes = await encodeToBytes(tts.synthesize(text), format)
  return (await stt.recognize(await readAudio({bytes}), {language: 'en'})).text
}

const roundTrip = async (texts: readonly string[], format: 'wav' | 'ogg') => {
  const pairs = []
  for (const said of texts) pairs.push({said, heard: await heardAs(said, format)})
  const wrong = pairs.filter(pair => wordErrorRate([pair]).errors > 0)
  return {...wordErrorRate(pairs), wrong}
}

describe('what is spoken is understood', () => {
  it.each([
    ['everyday sentences', everyday, 'wav', 0.034, 0.055],
    ['everyday sentences as voice notes', everyday, 'ogg', 0.03, 0.055],
    ...(hasBook ? ([['sentences of a book', fromBook(60), 'wav', 0.067, 0.09]] as const) : []),
  ] as const)('%s', async (_, texts, format, measured, allowed) => {
    const {rate, errors, length, wrong} = await roundTrip(texts, format)
    const line = `word error rate ${(100 * rate).toFixed(1)} % (${errors} of ${length} words); measured ${(100 * measured).toFixed(1)} %, allowed ${(100 * allowed).toFixed(1)} %`
    expect(rate, [line, ...wrong.map(({said, heard}) => `${said} → ${heard}`)].join('\n')).toBeLessThanOrEqual(allowed)
  })
  if (!hasBook) it.skip('sentences of a book (needs ../shared/data/alice29.txt)', () => {})
})
