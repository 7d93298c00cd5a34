// Beside the outside witness: OpenAI's own code, as the Python package `whisper-normalizer` carries it.
import {execFileSync, spawnSync} from 'node:child_process'
import {normalizeEnglish} from '@essence/core/accuracy/normalize/english'
import {seededRandom} from '@essence/core/kit/random'
import {expect, it} from 'vitest'
import {fromBook, hundred} from '../../speech/sentences.ts'

const hasWitness = spawnSync('python3', ['-c', 'import whisper_normalizer']).status === 0
const skipped = hasWitness ? '' : ' (skipped: python3 has no whisper-normalizer)'

const witness = `
import json, sys
from whisper_normalizer.english import EnglishTextNormalizer
normalize = EnglishTextNormalizer()
print(json.dumps([" ".join(normalize(text).split()) for text in json.load(sys.stdin)]))
`
const words =
  'one two five nine ten eleven nineteen twenty fifty ninety hundred thousand million first third twelfth fives twenties hundreds ' +
  'thousandth oh zero and and point double triple minus plus dollars cents pounds per cent percent 7 42 2.5 1,000 $5 £3.20 007 3.0 ' +
  "the cat won't it's dr. colour"

it.skipIf(!hasWitness)(`makes the same of ten thousand numbers, and of what people say and write${skipped}`, () => {
  const random = seededRandom(1)
  const among = words.split(' ')
  const pick = (): string => among[Math.floor(random() * among.length)] ?? ''
  const numbers = Array.from({length: 10_000}, () => Array.from({length: 1 + Math.floor(8 * random())}, pick).join(' '))
  const texts = [...hundred, ...fromBook(1000), ...numbers]
  const expected = execFileSync('python3', ['-c', witness], {input: JSON.stringify(texts), encoding: 'utf8'})
  // The witness keeps signs that belong to no number at the end of a text, and beside another sign.
  const plain = (text: string): string =>
    text
      .replace(/[.$¢€£](?![0-9])/g, ' ')
      .replace(/\s+/g, ' ')
      .trim()
  expect(texts.map(text => [text, normalizeEnglish(text)])).toEqual(
    (JSON.parse(expected) as string[]).map((text, index) => [texts[index], plain(text)]),
  )
})
