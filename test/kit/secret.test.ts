import {inspect} from 'node:util'
import {redact, Secret} from '@essence/core/kit/secret'
import fc from 'fast-check'
import {describe, expect, it} from 'vitest'

describe('a Secret', () => {
  const secret = new Secret('hunter2-hunter2')

  it('reveals its value only when asked', () => {
    expect(secret.reveal()).toBe('hunter2-hunter2')
  })

  it.each([
    ['a template', () => `${secret}`],
    ['joining', () => ['a', secret].join()],
    ['JSON', () => JSON.stringify({token: secret})],
    ['inspect', () => inspect({deep: {deeper: [secret]}}, {depth: null, showHidden: true, getters: true})],
    ['an error', () => inspect(new Error('x', {cause: {secret}}))],
    ['a copy', () => JSON.stringify({...secret})],
    ['its keys', () => Reflect.ownKeys(secret).join()],
  ])('does not show in %s', (_, show) => expect(show()).not.toContain('hunter2'))
})

describe('redact', () => {
  it('removes secrets, also as they stand in a URL', () => {
    new Secret('4242:AA/BB+CC')
    expect(redact('POST /bot4242:AA/BB+CC/getMe')).toBe('POST /bot[redacted]/getMe')
    expect(redact('?token=4242%3AAA%2FBB%2BCC&x')).toBe('?token=[redacted]&x')
  })

  it('leaves no tail of a secret that begins with another', () => {
    new Secret('abcdefgh')
    new Secret('abcdefgh-and-more')
    expect(redact('<abcdefgh-and-more>')).toBe('<[redacted]>')
  })

  it('leaves short values alone: they stand in innocent words', () => {
    new Secret('june')
    expect(redact('june speaks')).toBe('june speaks')
  })

  it('leaves none of any secret in any text', () => {
    const value = fc.string({unit: 'binary', minLength: 8}).filter(text => !'[redacted]'.includes(text))
    fc.assert(
      fc.property(value, fc.string(), fc.string(), (text, before, after) => {
        new Secret(text)
        expect(redact(`${before}${text}${after}`)).not.toContain(text)
      }),
      {numRuns: 50},
    )
  })
})
