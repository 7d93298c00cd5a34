import {frontEndOf} from '@essence/core/speaker/front-end'
import {expect, it} from 'vitest'

const inputs = (...all: [name: string, type: string, shape: (number | string)[]][]) =>
  ({inputMetadata: all.map(([name, type, shape]) => ({name, type, shape, isTensor: true}))}) as unknown as Parameters<
    typeof frontEndOf
  >[0]

it.each([
  ['feature', ['batch_size', 'frame_num', 80], {window: 'povey', scale: 1}],
  ['x', ['N', 'T', 80], {window: 'povey', scale: 1}],
  ['feats', ['B', 'T', 'D'], {window: 'hamming', scale: 32_768}],
])('knows the family of a model by its input %s', (name, shape, expected) => {
  expect(frontEndOf(inputs([name, 'float32', shape]), 'm.onnx')).toEqual(expected)
})

it.each<[string, Parameters<typeof inputs>]>([
  [
    'NeMo',
    [
      ['audio_signal', 'float32', ['B', 80, 'T']],
      ['length', 'int64', ['B']],
    ],
  ],
  ['of other bands', [['feats', 'float32', ['B', 'T', 40]]]],
  ['of raw sound', [['x', 'float32', ['B', 'T']]]],
  ['of whole numbers', [['x', 'int64', ['B', 'T', 80]]]],
  ['without inputs', []],
])('refuses a model %s, and says what it takes', (_, given) => {
  expect(() => frontEndOf(inputs(...given), 'm.onnx')).toThrow(
    expect.objectContaining({code: 'MODEL_INVALID', message: expect.stringContaining(given[0]?.[0] ?? 'nothing')}),
  )
})
