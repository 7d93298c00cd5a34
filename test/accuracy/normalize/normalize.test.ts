import {normalizeFor} from '@essence/core/accuracy/normalize/normalize'
import {describe, expect, it} from 'vitest'

describe('normalizeFor', () => {
  // What `whisper-normalizer` 0.1.15 makes of each, with its `preserve_marks`.
  it.each([
    ['de', 'Grüße aus Köln, [Musik] (leise) «Guten Tag!»', 'grüße aus köln guten tag'],
    ['de', 'ＦＵＬＬ １２ Straße', 'full 12 straße'],
    ['fr', "Où est l'hôtel?", 'où est l hôtel'],
    ['hi', 'हिन्दी में, कितने?', 'हिन्दी में कितने'],
    ['ru', 'Ёлка — это «ель».', 'ёлка это ель'],
    ['ja', '今日は、天気がいい。', '今 日 は 天 気 が い い'],
    ['th', 'สวัสดีครับ', 'ส วั ส ดี ค รั บ'],
    ['zh', 'AB 12 你好', 'a b 1 2 你 好'],
  ])('of %s "%s" is "%s"', (language, text, expected) => {
    expect(normalizeFor(language)(text)).toBe(expected)
  })

  it('knows a language by any of its tags', () => {
    expect(normalizeFor('en_GB')('The colour')).toBe('the color')
    expect(normalizeFor('cmn-Hans')('你好')).toBe('你 好')
    expect(normalizeFor('de-AT')('Colour')).toBe('colour')
  })
})
