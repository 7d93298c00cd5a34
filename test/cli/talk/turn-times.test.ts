import {timeLines} from '@essence/core/cli/talk/turn-times'
import {expect, it} from 'vitest'

it('tells the stages of a turn in the order they happened, on one time base', () => {
  const times = {decodeMs: 12, sttMs: 400, ttftMs: 90, llmMs: 900, ttfaMs: 800, ttsMs: 300, totalMs: 1500}
  expect(timeLines(times)).toEqual([
    'ms since the end of the question:',
    '   412  question heard',
    '   502  first words of the answer',
    '   800  first sound of the answer',
    '  1312  answer written',
    '  1500  all of it spoken',
  ])
})

it('leaves out what did not happen', () => {
  expect(timeLines({ttftMs: 5, llmMs: 8, totalMs: 9})).toEqual([
    'ms since the end of the question:',
    '  5  first words of the answer',
    '  8  answer written',
    '  9  end',
  ])
})
