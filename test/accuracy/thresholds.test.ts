import {thresholdsFor} from '@essence/core/accuracy/thresholds'
import {describe, expect, it} from 'vitest'

const juneNano = {engine: 'whisper', model: 'june-nano'}
const whisper = (size: string) => ({engine: 'whisper', model: `ggml-${size}.bin`})
const espeak = {engine: 'espeak-ng', model: 'en-us'}
const piper = {engine: 'piper', model: 'en_US-joe-medium.onnx'}
const kokoro = {engine: 'kokoro', model: 'kokoro-v1.0.int8.onnx'}
const jets = {engine: 'jets', model: 'jets-ljspeech'}
const mock = {engine: 'mock', model: 'mock'}

type Engine = typeof espeak
const of = (recognizer: Engine, voice: Engine, dataset = 'validation') => thresholdsFor({recognizer, voice, dataset})

describe('thresholdsFor', () => {
  it.each([
    [juneNano, espeak, 'june-nano with espeak-ng'],
    [whisper('tiny.en'), espeak, 'Whisper with espeak-ng'],
    [whisper('tiny-q5_1'), piper, 'Whisper tiny with Piper'],
    [whisper('base.en-q8_0'), piper, 'Whisper base with Piper'],
    [{engine: 'whisper.cpp', model: 'ggml-base.bin'}, kokoro, 'Whisper base with Kokoro'],
    [whisper('small'), piper, 'larger recognisers with neural voices'],
    [{engine: 'parakeet', model: 'parakeet-tdt-0.6b-v3.gguf'}, piper, 'larger recognisers with neural voices'],
    [whisper('medium'), espeak, 'Whisper with espeak-ng'],
  ])('of %o and %o are those of a row', (recognizer, voice, name) => {
    expect(of(recognizer, voice).row).toMatch(new RegExp(`^${name} on validation: `))
  })

  it.each<[Engine, Engine, string?]>([
    [{engine: 'whisper', model: 'my-own.bin'}, piper],
    [juneNano, piper],
    [whisper('base'), jets],
    [mock, espeak],
    [whisper('base'), mock],
    [whisper('base'), piper, 'test-clean'],
    [juneNano, espeak, 'alice'],
  ])('of %o and %o on %s are in no row', (recognizer, voice, dataset) => {
    expect(of(recognizer, voice, dataset)).toMatchObject({
      row: expect.stringMatching(/: not in the table$/),
      wer: {all: 0.15},
    })
  })

  it.each<[Engine, Engine, string]>([
    [juneNano, espeak, 'validation'],
    [whisper('base'), piper, 'validation'],
    [whisper('base'), piper, 'alice'],
  ])('of %o and %o on %s tell what was measured, and allow more', (recognizer, voice, dataset) => {
    const {row, wer} = of(recognizer, voice, dataset)
    expect(row).toMatch(/: measured \d+\.\d %$/)
    expect(wer.all).toBeGreaterThan(Number(/[\d.]+(?= %)/.exec(row)?.[0]) / 100)
  })

  it('say where nothing was measured', () => {
    expect(of(whisper('large-v3-turbo'), kokoro).row).toMatch(/: not measured yet$/)
  })
})
