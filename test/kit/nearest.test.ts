import {editDistance, nearest} from '@essence/core/kit/nearest'
import fc from 'fast-check'
import {describe, expect, it} from 'vitest'

const word = fc.string({unit: fc.constantFrom(...'abcd-'), maxLength: 8})

describe('editDistance', () => {
  it.each([
    ['', '', 0],
    ['', 'abc', 3],
    ['help', 'hepl', 1],
    ['stt', 'tts', 2],
    ['kitten', 'sitting', 3],
    ['flaw', 'lawn', 2],
  ])('%s → %s: %i', (a, b, distance) => expect(editDistance(a, b)).toBe(distance))

  it('is a distance', () => {
    fc.assert(
      fc.property(word, word, (a, b) => {
        const distance = editDistance(a, b)
        expect(distance).toBe(editDistance(b, a))
        expect(distance === 0).toBe(a === b)
        expect(distance).toBeGreaterThanOrEqual(Math.abs(a.length - b.length))
        expect(distance).toBeLessThanOrEqual(Math.max(a.length, b.length))
      }),
    )
  })

  it('counts one letter changed, left out, added or swapped as one', () => {
    fc.assert(
      fc.property(word, fc.nat(), (text, seed) => {
        const at = seed % (text.length + 1)
        const [head, tail] = [text.slice(0, at), text.slice(at)]
        expect(editDistance(text, `${head}x${tail}`)).toBe(1)
        if (tail) expect(editDistance(text, head + tail.slice(1))).toBe(1)
        if (tail) expect(editDistance(text, `${head}x${tail.slice(1)}`)).toBe(1)
        const [first = '', second = ''] = tail
        if (second && first !== second) expect(editDistance(text, head + second + first + tail.slice(2))).toBe(1)
      }),
    )
  })
})

describe('nearest', () => {
  const commands = ['models list', 'models download', 'help', 'say', 'stt', 'tts', 'telegram-service']

  it.each([
    ['hepl', 'help'],
    ['HELP', 'help'],
    ['model list', 'models list'],
    ['telegram-servise', 'telegram-service'],
    ['models dwonload', 'models download'],
    ['quantum', undefined],
    ['', undefined],
  ])('%s → %s', (typed, meant) => expect(nearest(typed, commands)).toBe(meant))

  it('takes the first of equally near ones, and nothing beyond the limit given', () => {
    expect(nearest('xtts', ['stts', 'ytts'])).toBe('stts')
    expect(nearest('telegram', ['telegram-service'], 2)).toBeUndefined()
    expect(nearest('abcdef', ['abcxyz'], 2)).toBeUndefined()
    expect(nearest('abcdef', ['abcdxy'], 2)).toBe('abcdxy')
  })

  it('finds what no other candidate is nearer to', () => {
    fc.assert(
      fc.property(word, fc.array(word, {maxLength: 6}), (typed, candidates) => {
        const found = nearest(typed, candidates, 3)
        const best = Math.min(Number.POSITIVE_INFINITY, ...candidates.map(candidate => editDistance(typed, candidate)))
        if (found === undefined) expect(best).toBeGreaterThan(3)
        else expect(editDistance(typed, found)).toBe(best)
      }),
    )
  })
})
