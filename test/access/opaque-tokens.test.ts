import {hashOf, isApiKeyLike, isWholeApiKey, newApiKey, newRefreshToken} from '@essence/core/access/opaque-tokens'
import fc from 'fast-check'
import {describe, expect, it} from 'vitest'

describe('an API key', () => {
  it('is random, and known by its beginning and its checksum', () => {
    const keys = Array.from({length: 100}, newApiKey)
    expect(new Set(keys).size).toBe(100)
    for (const key of keys) {
      expect(key).toMatch(/^june_[\w-]{49}$/)
      expect(isApiKeyLike(key) && isWholeApiKey(key)).toBe(true)
    }
  })

  it('with anything changed is none', () => {
    const key = newApiKey()
    const changed = fc
      .tuple(fc.nat(key.length), fc.nat(3), fc.string({maxLength: 3}))
      .map(([at, cut, put]) => key.slice(0, at) + put + key.slice(at + cut))
      .filter(text => text !== key)
    fc.assert(
      fc.property(changed, text => !isWholeApiKey(text)),
      {numRuns: 10_000},
    )
  })
})

it('a refresh token is 64 random bytes', () => {
  expect(Buffer.from(newRefreshToken(), 'base64url')).toHaveLength(64)
  expect(newRefreshToken()).not.toBe(newRefreshToken())
})

it('what is stored is a SHA-256', () => {
  expect(hashOf('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad')
})
