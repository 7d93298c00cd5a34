import {expandContractions} from './contractions.ts'
import {normalizeNumbers} from './numbers.ts'
import {americanSpelling} from './spelling.ts'
import {withoutBracketed, withoutSymbolsAndAccents} from './symbols.ts'

/**
 * English text as its words are counted, by the rules of Whisper's normaliser (Radford et al. 2022, "Robust Speech Recognition via
 * Large-Scale Weak Supervision", appendix C): lower case, contractions in full, numbers in digits, American spelling; without
 * punctuation, accents, hesitations and what stands in brackets. Where it differs says docs/decisions/accuracy.md.
 */
export const normalizeEnglish = (text: string): string => {
  const plain = expandContractions(withoutBracketed(text.toLowerCase().replace(/[’‘ʼ]/g, "'")))
    .replace(/(\d),(?=\d)/g, '$1')
    .replace(/\.(?![0-9])/g, ' ')
  return (
    americanSpelling(normalizeNumbers(withoutSymbolsAndAccents(plain)))
      // Signs that turned out to belong to no number.
      .replace(/[.$¢€£](?![0-9])/g, ' ')
      .replace(/(?<![0-9])%/g, ' ')
      .replace(/\s+/g, ' ')
      .trim()
  )
}
