import {Secret} from '@essence/core/kit/secret'
import {newCipher} from '@essence/core/store/encryption/cipher'
import fc from 'fast-check'
import {expect, it} from 'vitest'

const key = new Secret('correct horse battery staple')
const other = new Secret('another horse, another battery')
const row = {id: '7f0c1b7e-0000-4000-8000-000000000001', speaker: 'anna'}
const refused = expect.objectContaining({code: 'DECRYPTION_FAILED'})

it('opens what it sealed, whatever the text; no two values look alike', () => {
  const cipher = newCipher({current: key})
  fc.assert(
    fc.property(fc.string({unit: 'binary', minLength: 1, maxLength: 200}), text => {
      const [once, twice] = [1, 2].map(() => cipher.seal(text, 'messages.content', row))
      expect(cipher.open(once ?? '', 'messages.content', row)).toBe(text.toWellFormed())
      expect(once).not.toBe(twice)
      expect(once?.startsWith(cipher.prefix)).toBe(true)
    }),
    {numRuns: 1000},
  )
  expect(cipher.seal('', 'messages.content', row)).toBe('')
  expect(cipher.open('said before there was a key', 'messages.content', row)).toBe('said before there was a key')
})

it('opens nothing in another row, another column, of another person or another key', () => {
  const cipher = newCipher({current: key})
  const sealed = cipher.seal('The code is 4711.', 'messages.content', row)
  expect(() => cipher.open(sealed, 'messages.content', {...row, speaker: 'ben'})).toThrow(refused)
  expect(() => cipher.open(sealed, 'messages.content', {...row, id: row.id.replace('1', '2')})).toThrow(refused)
  expect(() => cipher.open(sealed, 'facts.text', row)).toThrow(refused)
  for (const keys of [{current: other}, {}])
    expect(() => newCipher(keys).open(sealed, 'messages.content', row)).toThrow(
      expect.objectContaining({code: 'DECRYPTION_FAILED', message: expect.stringContaining(cipher.keyId ?? '')}),
    )
  // The name of a key does not make it that key.
  const claimed = sealed.replace(cipher.keyId ?? '', newCipher({current: other}).keyId ?? '')
  expect(() => newCipher({current: other}).open(claimed, 'messages.content', row)).toThrow(refused)
})

it('opens nothing that was changed: a bit anywhere, or the end', () => {
  const cipher = newCipher({current: key})
  const sealed = cipher.seal('The code is 4711.', 'messages.content', row)
  const bytes = Buffer.from(sealed.slice(cipher.prefix.length), 'base64url')
  for (let bit = 0; bit < bytes.length * 8; bit++) {
    const changed = Buffer.from(bytes)
    changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7))
    expect(() => cipher.open(cipher.prefix + changed.toString('base64url'), 'messages.content', row)).toThrow(refused)
  }
  for (let length = 0; length < bytes.length; length++) {
    const cut = cipher.prefix + bytes.subarray(0, length).toString('base64url')
    expect(() => cipher.open(cut, 'messages.content', row)).toThrow(refused)
  }
})

it('opens with a key before, and seals with the new one', () => {
  const sealed = newCipher({current: other}).seal('The code is 4711.', 'facts.text', row)
  const cipher = newCipher({current: key, old: [other]})
  expect(cipher.open(sealed, 'facts.text', row)).toBe('The code is 4711.')
  expect(() => newCipher({current: other}).open(cipher.seal('x', 'facts.text', row), 'facts.text', row)).toThrow(
    refused,
  )
})

it('without a key keeps a text as it is, and none that could be taken for a sealed one', () => {
  const cipher = newCipher({old: [key]})
  const sealed = newCipher({current: key}).seal('The code is 4711.', 'facts.text', row)
  expect(cipher.seal('as it is', 'facts.text', row)).toBe('as it is')
  expect(cipher.open(cipher.seal(`\u0001${sealed}`, 'facts.text', row), 'facts.text', row)).toBe(sealed.slice(1))
  expect(cipher.open(sealed, 'facts.text', row)).toBe('The code is 4711.')
})

it('hashes a word the same for one person, another way for each other one and by each key', () => {
  const cipher = newCipher({current: key, old: [other]})
  const hashOf = (speaker: string, word = 'swordfish') => cipher.hasher(speaker)?.(word)
  const hash = hashOf('anna')
  expect(hash).toMatch(/^#[\w-]{8}$/)
  expect(hashOf('anna')).toBe(hash)
  const others = newCipher({current: other}).hasher('anna')?.('swordfish')
  expect(cipher.hashers('anna').map(each => each('swordfish'))).toEqual([hash, others])
  const hashes = [hash, others, hashOf('ben'), hashOf('anna', 'swordfis')]
  expect(new Set(hashes).size).toBe(4)
  expect(newCipher({old: [key]}).hasher('anna')).toBeUndefined()
})
