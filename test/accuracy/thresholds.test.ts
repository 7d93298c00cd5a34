import {thresholdsFor} from '@essence/core/accuracy/thresholds'
import {describe, expect, it} from 'vitest'

const juneNano = {engine: 'whisper', model: 'june-nano'}
const whisper = (size: string) => ({engine: 'whisper', model: `ggml-${size}.bin`})
const espeak = {engine: 'espeak-ng', model: 'en-us'}
const piper = {engine: 'piper', model: 'en_US-joe-medium.onnx'}
const kokoro = {engine: 'kokoro', model: 'kokoro-v1.0.int8.onnx'}
const jets = {engine: 'jets', model: 'jets-ljspeech'}
const mock = {engine: 'mock', model: 'mock'}

const rowOf = (recognizer: {engine: string; model: string}, voice: {engine: string; model: string}): string =>
  thresholdsFor({recognizer, voice}).row.replace(/:.*/, '')

describe('thresholdsFor', () => {
  it.each([
    [juneNano, espeak, 'june-nano with espeak-ng'],
    [whisper('tiny.en'), espeak, 'Whisper tiny with espeak-ng'],
    [whisper('tiny-q5_1'), piper, 'Whisper tiny with Piper'],
    [whisper('base'), espeak, 'Whisper base with espeak-ng'],
    [whisper('base.en-q8_0'), piper, 'Whisper base with Piper'],
    [{engine: 'whisper.cpp', model: 'ggml-base.bin'}, kokoro, 'Whisper base with Kokoro'],
    [whisper('small'), piper, 'larger recognisers with neural voices'],
    [whisper('large-v3-turbo'), kokoro, 'larger recognisers with neural voices'],
    [{engine: 'parakeet', model: 'parakeet-tdt-0.6b-v3.gguf'}, piper, 'larger recognisers with neural voices'],
    [whisper('medium'), espeak, 'larger recognisers with espeak-ng'],
  ])('of %o and %o are those of a row', (recognizer, voice, name) => {
    expect(rowOf(recognizer, voice)).toBe(name)
  })

  it.each([
    [{engine: 'whisper', model: 'my-own.bin'}, piper],
    [juneNano, piper],
    [whisper('base'), jets],
    [mock, espeak],
    [whisper('base'), mock],
  ])('of %o and %o are in no row', (recognizer, voice) => {
    expect(thresholdsFor({recognizer, voice})).toMatchObject({
      row: expect.stringMatching(
        `^${recognizer.engine} ${recognizer.model} with ${voice.engine} .*: not in the table$`,
      ),
      wer: expect.objectContaining({all: 0.15}),
    })
  })

  it.each([
    [juneNano, espeak],
    [whisper('tiny.en'), espeak],
    [whisper('tiny.en'), piper],
    [whisper('base'), espeak],
    [whisper('base'), piper],
    [whisper('tiny.en'), kokoro],
    [whisper('base'), kokoro],
  ])('of %o and %o tell what was measured, and allow more', (recognizer, voice) => {
    const {row, wer} = thresholdsFor({recognizer, voice})
    expect(row).toMatch(/: measured \d+\.\d %$/)
    expect(wer.all).toBeGreaterThan(Number(/[\d.]+(?= %)/.exec(row)?.[0]) / 100)
  })

  it('say where nothing was measured', () => {
    expect(thresholdsFor({recognizer: whisper('small'), voice: piper}).row).toMatch(/not measured yet$/)
  })
})
