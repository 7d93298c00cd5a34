import {clausesOf} from '@essence/core/tts/text/clauses'
import {earlyFirstChunk} from '@essence/core/tts/text/early-first-chunk'
import {plainPassages} from '@essence/core/tts/text/passages'
import {parseSsml} from '@essence/core/tts/text/ssml'
import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {runSync} from '../../kit/run-sync.ts'

const clauses = (text: string, language = 'en-us'): string[] =>
  [...clausesOf(plainPassages(text), language)].flatMap(clause => clause?.text ?? [])

const museum =
  'The museum of natural history is open today from ten in the morning until six in the evening and the tickets are half price for children.'

describe('the first clause', () => {
  it.each([
    ['before a conjunction', 'en-us', museum, 'The museum of natural history is open today from ten in the morning,'],
    [
      'before "and" where a subject follows, not between two nouns',
      'en',
      'We sell bread and butter in our little shop downtown and you can park your car right behind the house for free.',
      'We sell bread and butter in our little shop downtown,',
    ],
    [
      'before a preposition where nothing joins clauses',
      'en-gb',
      'The quick brown fox of our old neighbour jumped over seventeen sleeping dogs near the abandoned railway station.',
      'The quick brown fox of our old neighbour jumped,',
    ],
    [
      'before "so that", not within it',
      'en',
      'Please write down every single word of it so that everybody who could not be here tonight can read what happened.',
      'Please write down every single word of it,',
    ],
    [
      'in German',
      'de',
      'Das Museum der Stadt öffnet heute schon um zehn Uhr morgens und die Karten kosten für alle Kinder nur die Hälfte.',
      'Das Museum der Stadt öffnet heute schon um zehn Uhr morgens,',
    ],
    [
      'in French',
      'fr',
      'Le musée de la ville ouvre ses portes à dix heures du matin et les billets sont à moitié prix pour les enfants.',
      'Le musée de la ville ouvre ses portes à dix heures du matin,',
    ],
    [
      'in Spanish',
      'es',
      'El museo de la ciudad abre sus puertas a las diez de la mañana y las entradas cuestan la mitad para los niños.',
      'El museo de la ciudad abre sus puertas a las diez de la mañana,',
    ],
  ])('is cut %s', (_, language, text, first) => expect(clauses(text, language)[0]).toBe(first))

  it.each([
    ['short', 'en', 'The museum is open from ten in the morning until six in the evening.'],
    ['of a language whose words we do not know', 'fi', 'Museo on avoinna '.repeat(8)],
    ['without a place to breathe', 'en', 'Green '.repeat(25)],
  ])('stays whole when it is %s', (_, language, text) => expect(earlyFirstChunk(text, language)).toEqual([text]))

  it('ends at its comma where it has one, as before', () => {
    expect(clauses(`If you come by train today, ${museum.toLowerCase()}`)[0]).toBe('If you come by train today,')
  })

  it('is the only one that is cut early', () => {
    expect(clauses(`Yes, it is. ${museum}`)).toEqual(['Yes, it is.', museum])
  })

  it('loses and gains no word, and leaves neither part short', () => {
    const word = fc.constantFrom(
      'and',
      'the',
      'museum',
      'which',
      'opens',
      'with',
      'of',
      'because',
      'so',
      "it's",
      'ein',
      'und',
    )
    fc.assert(
      fc.property(
        fc.array(word, {minLength: 1, maxLength: 60}),
        fc.constantFrom('en', 'de', 'fr'),
        (list, language) => {
          const parts = earlyFirstChunk(list.join(' '), language)
          expect(parts.join('').replaceAll(',', '')).toBe(list.join(' '))
          expect(parts.length).toBeLessThanOrEqual(2)
          if (parts.length === 2) for (const part of parts) expect(part.length).toBeGreaterThanOrEqual(16)
        },
      ),
    )
  })
})

describe('clauses of what is marked up', () => {
  const marked = (inside: string): string[] =>
    [...clausesOf(runSync(parseSsml(`<speak>${inside}</speak>`, 'en-us')), 'en-us')].flatMap(
      clause => clause?.text ?? [],
    )

  it.each([
    [
      'I like the <sub alias="World Wide Web">W3</sub> a lot. Next one.',
      ['I like the World Wide Web a lot.', 'Next one.'],
    ],
    [
      'Call <say-as interpret-as="digits">42</say-as>, please. Or <sub alias="not">n</sub>.',
      ['Call four two, please.', 'Or not.'],
    ],
    ['<sub alias="Hello there">Hi</sub>', ['Hello there']],
    ['5 <sub alias="kilos">kg</sub> of 3 kinds.', ['five kilos of three kinds.']],
  ])('%s', (inside, texts) => expect(marked(inside)).toEqual(texts))

  it('gives the first of a long text before the rest is words', () => {
    const clauses = clausesOf(
      runSync(parseSsml(`<speak>A <sub alias="b">c</sub>. ${'It costs $5. '.repeat(3000)}</speak>`, 'en-us')),
      'en-us',
    )
    expect(clauses.next().value?.text).toBe('A b.')
    expect(clauses.next().value?.text).toBe('It costs five dollars.')
  })
})
