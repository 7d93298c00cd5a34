import {espeakText} from './text.ts'
import {startEspeakThread} from './thread.ts'
import {readEspeakVoices} from './voices.ts'

/**
 * Text → phonemes, as neural voices want them. Needs espeak-ng, as the public code of Kokoro and Piper does.
 */
export interface Phonemizer {
  /**
   * The phonemes of a clause in IPA as espeak-ng writes it: stress marks before the vowel, a `_` between the phonemes of a
   * word (`h_ə_l_ˈoʊ w_ˈɜː_l_d!`), punctuation where it stood. What it cannot read is left out.
   * @param language a voice or language of espeak-ng: `en-us`, `de`
   * @throws VOICE_UNKNOWN, CANCELLED, ENGINE_FAILED, ENGINE_UNAVAILABLE (closed)
   */
  phonemes(text: string, language: string, signal?: AbortSignal): Promise<string>
  close(): Promise<void>
}

/** @throws ENGINE_UNAVAILABLE where espeak-ng is left out, CANCELLED */
export const openPhonemizer = async (signal?: AbortSignal): Promise<Phonemizer> => {
  const thread = await startEspeakThread(signal)
  const voices = readEspeakVoices(thread.catalogue)
  return {
    async phonemes(text, language, stop) {
      const voice = voices.fileOf(language)
      // espeak-ng drops punctuation, so it gets what stands between.
      const sections = splitAtPunctuation(espeakText(text))
      const texts = sections.filter(({spoken}) => spoken).map(section => section.text)
      const spoken = await thread.call('phonemes', {voice, texts}, {signal: stop})
      return sections
        .map(section => (section.spoken ? cleanPhonemes(spoken.shift() ?? '') : section.text))
        .join('')
        .trim()
    },
    close: () => thread.close(),
  }
}

/** Punctuation of other scripts, as the voices know it. */
const asciiPunctuation: Record<string, string> = {
  '、': ', ',
  '，': ', ',
  '،': ', ',
  '。': '. ',
  '｡': '. ',
  '۔': '. ',
  '।': '. ',
  '！': '! ',
  '？': '? ',
  '؟': '? ',
  '：': ': ',
  '；': '; ',
  '؛': '; ',
}

/** Stops and commas count where a word ends; within one (`e.g.`, `12:30`) they are the word's. */
const punctuation = /(?:\s*(?:[;:,.!?]+(?=[\s"“”«»)\]}]|$)|[¡¿—…"“”«»()[\]{}]))+\s*/g

/** The parts of a text, in order: words, and the punctuation between them. */
export const splitAtPunctuation = (text: string): {text: string; spoken: boolean}[] => {
  const plain = text.replace(/[、，،。｡۔।！？؟：；؛]/g, sign => asciiPunctuation[sign] ?? sign).replace(/\s+/g, ' ')
  const parts: {text: string; spoken: boolean}[] = []
  let at = 0
  for (const {index, 0: signs} of plain.matchAll(punctuation)) {
    if (index > at) parts.push({text: plain.slice(at, index), spoken: true})
    parts.push({text: signs, spoken: false})
    at = index + signs.length
  }
  if (at < plain.length) parts.push({text: plain.slice(at), spoken: true})
  return parts
}

/** What espeak-ng writes, without its marks: `(en)` where it changes language, ` | ` between clauses, empty phonemes. */
export const cleanPhonemes = (written: string): string =>
  written
    .replace(/\([a-z][a-z-]*\)/g, '')
    .split(/[\s|]+/)
    .map(word => word.split('_').filter(Boolean).join('_'))
    .filter(Boolean)
    .join(' ')
