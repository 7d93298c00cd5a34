import {lengthClassOf} from '@essence/core/accuracy/length-class'
import {countWords, phrasesDigest} from '@essence/core/datasets/phrase'
import {writePhrase} from '@essence/core/datasets/validation/grammar'
import {longTemplates} from '@essence/core/datasets/validation/long'
import {mediumTemplates} from '@essence/core/datasets/validation/medium'
import {phraseCounts, validationPhrases} from '@essence/core/datasets/validation/phrases'
import {shortTemplates} from '@essence/core/datasets/validation/short'
import {lists} from '@essence/core/datasets/validation/words'
import {seededRandom} from '@essence/core/kit/random'
import {describe, expect, it} from 'vitest'

const seeds = [...Array.from({length: 50}, (_, seed) => seed), 2 ** 32 - 1]

describe('the validation phrases', () => {
  it('of seed 1 are the same in every version: figures of other machines are compared with them', () => {
    expect(phrasesDigest(validationPhrases(1))).toBe('f538bc3194c03a4d1f75c68126c5f1b16470e8ea528f1594ac4b07d99d27aacb')
  })

  it('differ from seed to seed', () => {
    expect(new Set(seeds.map(seed => phrasesDigest(validationPhrases(seed)))).size).toBe(seeds.length)
  })

  it.each(seeds)('of seed %i are a thousand different ones, 300 short, 400 medium, 300 long', seed => {
    const phrases = validationPhrases(seed)
    expect(phrases.length).toBe(1000)
    expect(new Set(phrases.map(({id}) => id)).size).toBe(1000)
    expect(new Set(phrases.map(({text}) => text.toLowerCase().replaceAll(/[^a-z0-9 ]/g, ''))).size).toBe(1000)
    const classes = Map.groupBy(phrases, ({text}) => lengthClassOf(text))
    expect(Object.fromEntries([...classes].map(([name, {length}]) => [name, length]))).toEqual(phraseCounts)
    for (const {id, text} of phrases) expect(id).toContain(lengthClassOf(text))
    // Few with digits: they are there for normalisation, not for the figures.
    const digits = phrases.filter(({text}) => /\d/.test(text)).length
    expect(digits).toBeGreaterThan(20)
    expect(digits).toBeLessThan(60)
    for (const {text} of phrases) {
      expect(text).toMatch(/^[A-Z0-9][A-Za-z0-9',: -]*[.?]$/)
      expect(text).not.toMatch(/ {2}|\ba [aeiou]|\ban [^aeiou]/i)
      expect(text.split(' ').length).toBe(countWords(text))
    }
  })
})

describe('the templates', () => {
  const templates = [...shortTemplates, ...mediumTemplates, ...longTemplates]
  const places = new Set(
    [...templates, ...Object.values(lists).flat()].flatMap(text =>
      [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name),
    ),
  )

  it('use every list, and no list that is not there', () => {
    expect([...places].toSorted()).toEqual(Object.keys(lists).toSorted())
  })

  it('are different', () => {
    expect(new Set(templates).size).toBe(templates.length)
  })

  it.each([
    ['short', shortTemplates],
    ['medium', mediumTemplates],
    ['long', longTemplates],
  ] as const)('of %s phrases mostly give phrases of that length', (name, own) => {
    const random = seededRandom(3)
    for (const template of own) {
      const written = Array.from({length: 20}, () => lengthClassOf(writePhrase(template, lists, random)))
      expect([template, written.filter(one => one === name).length > 0]).toEqual([template, true])
    }
  })
})

describe('writePhrase', () => {
  it('says no word twice in one phrase, and begins with a capital', () => {
    const random = seededRandom(1)
    for (let round = 0; round < 200; round++) {
      const phrase = writePhrase('{city} or {city} or {city}', {city: ['oslo', 'rome', 'bern']}, random)
      expect(phrase.toLowerCase().split(' or ').toSorted()).toEqual(['bern', 'oslo', 'rome'])
      expect(phrase).toMatch(/^[A-Z]/)
    }
  })

  it('fills places within words of a list', () => {
    expect(writePhrase('{a}.', {a: ['on {b}'], b: ['Monday']}, () => 0)).toBe('On Monday.')
  })

  it('says which list is missing', () => {
    expect(() => writePhrase('{town}', {}, () => 0)).toThrow('no word is left for {town}')
  })
})
