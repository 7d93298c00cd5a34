import {emoji} from '@essence/core/text/emoji'
import {expect, it} from 'vitest'

it.each([
  ['😀', 'one'],
  ['👍🏽', 'a skin tone'],
  ['👨‍👩‍👧‍👦', 'joined'],
  ['❤️', 'a variation selector'],
  ['🇩🇪', 'a flag of two letters'],
  ['🏴󠁧󠁢󠁥󠁮󠁧󠁿', 'a flag of tags'],
  ['🎉🎉✨', 'several in a row'],
  ['™', 'a sign that is one to Unicode'],
])('%s is found whole: %s', text => {
  expect(`a${text}b`.replace(emoji, '-')).toBe('a-b')
})

it('leaves text alone', () => {
  for (const text of ['Hello, 3 × 4 = 12!', '#1', '漢字', '°C', '½']) expect(text.replace(emoji, '-')).toBe(text)
})
