import {voiceData, voiceLine} from '@essence/core/cli/models/voice-lines'
import {describe, expect, it} from 'vitest'

const voice = {
  id: 'kokoro-82m-q8',
  engine: 'kokoro',
  languages: ['en'],
  named: false,
  path: '/models/model.onnx',
} as const

describe('the speed of a voice that was downloaded', () => {
  it('is a line, and a row of --json', () => {
    const measured = {voice, speed: {rtf: 2.21, firstAudioMs: 1900}}
    expect(voiceLine(measured)).toBe(
      'kokoro-82m-q8 is 2.2 × slower than speech on this machine (first sound after 1900 ms)',
    )
    expect(voiceData(measured)).toMatchObject({id: 'kokoro-82m-q8', rtf: 2.21, firstAudioMs: 1900, pace: 'slow'})
  })

  it('that could not be measured says why', () => {
    expect(voiceLine({voice, speed: undefined, error: new Error('no ONNX Runtime')})).toBe(
      'kokoro-82m-q8 could not be measured: no ONNX Runtime',
    )
  })
})
