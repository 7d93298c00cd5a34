/** Token → number, from the model's config.yaml. */
export type JetsVocabulary = ReadonlyMap<string, number>

// JETS learned the phonemes of g2p_en: ARPAbet of the CMU dictionary, a digit for the stress of a vowel. Here they come from
// espeak-ng's American English: its phonemes, longest first.

const vowels: Record<string, string> = {
  aɪə: 'AY AH0',
  aɪɚ: 'AY ER0',
  aɪ: 'AY',
  aʊ: 'AW',
  eɪ: 'EY',
  oʊ: 'OW',
  ɔɪ: 'OY',
  əl: 'AH L',
  iə: 'IY AH0',
  ɑː: 'AA',
  ɔː: 'AO',
  oː: 'AO',
  ɜː: 'ER',
  iː: 'IY',
  uː: 'UW',
  eə: 'EH',
  ææ: 'AE',
  ɐɐ: 'AH',
  'n\u0329': 'AH N',
  'l\u0329': 'AH L',
  ɑ: 'AA',
  ɒ: 'AA',
  a: 'AE',
  æ: 'AE',
  ʌ: 'AH',
  ə: 'AH',
  ɐ: 'AH',
  ɔ: 'AO',
  ɛ: 'EH',
  e: 'EH',
  ɚ: 'ER',
  ɜ: 'ER',
  ɪ: 'IH',
  ᵻ: 'IH',
  i: 'IY',
  o: 'OW',
  ʊ: 'UH',
  u: 'UW',
}
const consonants: Record<string, string> = {
  tʃ: 'CH',
  dʒ: 'JH',
  b: 'B',
  d: 'D',
  ð: 'DH',
  f: 'F',
  ɡ: 'G',
  h: 'HH',
  k: 'K',
  x: 'K',
  ç: 'K',
  l: 'L',
  ɫ: 'L',
  ɬ: 'L',
  m: 'M',
  n: 'N',
  ɲ: 'N Y',
  ŋ: 'NG',
  p: 'P',
  ɹ: 'R',
  r: 'R',
  s: 'S',
  ʃ: 'SH',
  // The flap of "water", the stop of "button": T in the dictionary.
  t: 'T',
  ɾ: 'T',
  ʔ: 'T',
  θ: 'TH',
  v: 'V',
  w: 'W',
  j: 'Y',
  z: 'Z',
  ʒ: 'ZH',
}
const symbols = [...Object.keys(vowels), ...Object.keys(consonants)].sort((a, b) => b.length - a.length)
const stresses: Record<string, string> = {ˈ: '1', ˌ: '2'}
/** Marks that ARPAbet has nothing for. */
const ignored = /^(?:[ːʲ-]|\p{M})/u
const stops: Record<string, string> = {
  ',': ',',
  ';': ',',
  ':': ',',
  '—': ',',
  '.': '.',
  '…': '..',
  '?': '?',
  '!': '!',
}
const unknown = '<unk>'

/**
 * Phonemes of espeak-ng's American English, as the phonemizer gives them → ARPAbet. What is no phoneme of English is `<unk>`;
 * spaces are nothing (`g2p_en_no_space`), of punctuation commas and stops stay.
 */
export const arpabet = (phonemes: string): string[] => {
  const tokens: string[] = []
  // "zero" is Z IY R OW: before an R the glide of espeak-ng's vowel is none of the dictionary.
  const plain = phonemes.replace(/iə(?=_?ɹ)/gu, 'i')
  for (const phoneme of plain.split(/[\s_]+|(?<=[,;:.…?!—])|(?=[,;:.…?!—])/u).filter(Boolean)) {
    const stop = stops[phoneme]
    if (stop !== undefined) tokens.push(stop)
    else if (/^[¡¿"“”«»()[\]{}]+$/u.test(phoneme)) continue
    else tokens.push(...ofPhoneme(phoneme.replace(/[¡¿"“”«»()[\]{}]/gu, ''), tokens.at(-1)))
  }
  return tokens
}

const ofPhoneme = (phoneme: string, before: string | undefined): string[] => {
  const tokens: string[] = []
  let stress = '0'
  let rest = phoneme
  while (rest !== '') {
    const mark = stresses[rest.charAt(0)]
    const symbol = symbols.find(one => rest.startsWith(one))
    if (mark !== undefined) {
      stress = mark
      rest = rest.slice(1)
    } else if (symbol !== undefined) {
      rest = rest.slice(symbol.length)
      // "stirring" is ER IH NG: the R is within the vowel already.
      if (symbol === 'ɹ' && (tokens.at(-1) ?? before)?.startsWith('ER')) continue
      const [first = '', ...others] = (vowels[symbol] ?? consonants[symbol] ?? '').split(' ')
      tokens.push(symbol in vowels ? first + stress : first, ...others)
    } else if (ignored.test(rest)) rest = rest.slice(1)
    else {
      tokens.push(unknown)
      rest = [...rest].slice(1).join('')
    }
  }
  return tokens
}

/** Numbers of tokens. A vowel whose stress the model does not know takes another stress; what it does not know at all is `<unk>`. */
export const jetsTokens = (tokens: readonly string[], vocabulary: JetsVocabulary): number[] =>
  tokens.flatMap(token => {
    const same = /^[A-Z]{2}[012]$/.test(token) ? ['1', '0', '2'].map(digit => token.slice(0, 2) + digit) : []
    const known = [token, ...same, ...(token === '..' ? ['...', '.'] : []), unknown].find(one => vocabulary.has(one))
    return known === undefined ? [] : (vocabulary.get(known) ?? [])
  })

/**
 * The list of tokens in a config.yaml, of ESPnet (`token_list:`) or espnet_onnx (`token:` with `list:` in it): of YAML only this
 * much is read.
 */
export const readTokenList = (yaml: string): string[] => {
  const [, list = ''] = /^(?:token_list:|[ \t]+list:)[ \t]*\r?\n((?:[ \t]*- .*(?:\r?\n|$))+)/m.exec(yaml) ?? []
  return list
    .split(/\r?\n/)
    .filter(line => line.trim() !== '')
    .map(line => {
      const item = line.trim().slice(2).trim()
      const [, quote = '', quoted = item] = /^(['"])(.*)\1$/.exec(item) ?? []
      return quote === "'" ? quoted.replaceAll("''", "'") : quoted
    })
}
