import {scoreConversion} from '@essence/core/accuracy/score'
import {summarize} from '@essence/core/accuracy/summarize'
import {readAudio} from '@essence/core/audio/decode/decode'
import {encodeToBytes} from '@essence/core/audio/encode/encode'
import type {Conversion} from '@essence/core/report/test-report'
import type {SpeechToText} from '@essence/core/stt/port'
import {openEspeak} from '@essence/core/tts/espeak/espeak'
import type {TextToSpeech} from '@essence/core/tts/port'
import {textToSpeech} from '@essence/core/tts/text-to-speech'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {openNano} from '../stt/nano.ts'
import {temporaryFolder} from '../temporary-folder.ts'
import {everyday, fromBook, hasBook} from './sentences.ts'

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
  const conversions: Conversion[] = []
  for (const said of texts) conversions.push(scoreConversion(said, await heardAs(said, format)))
  return conversions
}

describe('what is spoken is understood', () => {
  it.each([
    ['everyday sentences', everyday, 'wav', 0.039, 0.055],
    ['everyday sentences as voice notes', everyday, 'ogg', 0.039, 0.055],
    ...(hasBook ? ([['sentences of a book', fromBook(60), 'wav', 0.06, 0.08]] as const) : []),
  ] as const)('%s', async (_, texts, format, measured, allowed) => {
    const conversions = await roundTrip(texts, format)
    const {wer, words} = summarize(conversions, {failed: 0, seed: 1})
    const line = `word error rate ${(100 * wer).toFixed(1)} % of ${words} words; measured ${(100 * measured).toFixed(1)} %, allowed ${(100 * allowed).toFixed(1)} %`
    const wrong = conversions.filter(({exact}) => !exact).map(({said, heard}) => `${said} → ${heard}`)
    expect(wer, [line, ...wrong].join('\n')).toBeLessThanOrEqual(allowed)
  })
  if (!hasBook) it.skip('sentences of a book (needs ../shared/data/alice29.txt)', () => {})
})
