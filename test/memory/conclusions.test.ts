import {groundedIn, readConcluded} from '@essence/core/memory/conclusions'
import fc from 'fast-check'
import {describe, expect, it} from 'vitest'

const user = (content: string) => ({role: 'user' as const, content})

describe('facts in what a model wrote', () => {
  it('are read whatever stands around them', () => {
    const answer =
      'Sure! ```json\n[{"subject": "Pet", "fact": "Has a dog called Rex."}, {"fact": "Likes tea."}, {"fact": 1}, {"fact": "cut o'
    expect(readConcluded(answer)).toEqual([
      {subject: 'pet', fact: 'Has a dog called Rex.'},
      {subject: undefined, fact: 'Likes tea.'},
    ])
  })

  it('keep without a subject where that is none', () => {
    expect(readConcluded('{"subject": ["a"], "fact": "Likes tea."}')).toEqual([
      {subject: undefined, fact: 'Likes tea.'},
    ])
  })

  it('are at most eight', () => {
    expect(readConcluded('{"fact": "Likes tea."}'.repeat(50))).toHaveLength(8)
  })

  it('are none in nonsense', () => {
    fc.assert(
      fc.property(fc.string(), text => {
        expect(readConcluded(`[{"fact": ${text}`)).toEqual([])
      }),
    )
    for (const text of ['', '[]', 'null', '{}', '{"fact": {"fact": "x"}}', '{{{{'])
      expect(readConcluded(text)).toEqual([])
  })
})

describe('a fact that was concluded', () => {
  const said = [user('We got a puppy yesterday, he is called Rex'), user('I have to walk him every morning')]

  it('comes from the message that its words are in', () => {
    expect(groundedIn(said, {fact: 'Has a puppy called Rex.'})).toMatchObject({source: said[0], literal: false})
    expect(groundedIn(said, {fact: 'Walks Rex every morning.'})?.source).toBe(said[1])
  })

  it('is said where it stands there word by word', () => {
    expect(groundedIn(said, {fact: 'We got a puppy yesterday.'})?.literal).toBe(true)
  })

  it('is dropped where a word of it was never said', () => {
    expect(groundedIn(said, {fact: 'Has a cat called Rex.'})).toBeUndefined()
    expect(groundedIn(said, {fact: 'Has 2 puppies called Rex.'})).toBeUndefined()
    expect(groundedIn([], {fact: 'Has a puppy.'})).toBeUndefined()
    expect(groundedIn(said, {fact: 'He is a person.'})).toBeUndefined()
  })
})
