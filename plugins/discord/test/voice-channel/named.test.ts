import {expect, it} from 'vitest'
import {isNamed} from '../../src/voice-channel/addressing/named.ts'

it.each([
  // As Whisper wrote what voices of Kokoro and espeak-ng said.
  'June, what time is it?',
  'June what time is it?',
  'Hey, June, tell me a joke.',
  'Hey June tell me a joke.',
  'What time is it June?',
  'What time is it, June?',
  'June, turn off the light in the kitchen. Please.',
  'Giune che ore sono?',
  'June. Que hora es?',
  'Jun! Tu ramiętoki ha!',
  'Дюн. Который час?',
  'Γιουν! Τι ώρα είναι;',
  'June Mark locken',
  'Dune, klokken?',
  'ジューンジューン 今何時ですか',
  'June,June 先快去電了',
  // As people speak among several.
  'I do not know. June, what do you think?',
  'Well, I am not sure, June, what would you do?',
  'June.',
  'Hallo June, wie spät ist es?',
  'Juni, wie spät ist es?',
  'Джун, который час?',
  'जून, कितने बजे हैं?',
  'يا جون كم الساعة؟',
  'جُن، كم الساعة؟',
  'ジューン今何時ですか',
  'ねえ、ジューン、今何時ですか？',
  '준, 지금 몇 시예요?',
  'June现在几点了？',
])('is named in %s', text => {
  expect(isNamed(text)).toBe(true)
})

it.each([
  'what time is it?',
  'We are going on holiday in June.',
  'We go there in June, I think.',
  'Wir fahren im Juni.',
  'On part en juin.',
  'June and July are warm.',
  'June 5th is a Friday.',
  'Last June it rained.',
  'John, what time is it?',
  'You, what time is it?',
  'The tune is nice.',
  '준비됐어요?',
  '',
])('is not named in %s', text => {
  expect(isNamed(text)).toBe(false)
})
