import {isSameSound, soundFault} from '@essence/core/proof/sound-faults'
import {describe, expect, it} from 'vitest'
import {sine} from '../audio/sounds.ts'

const speech = sine(440, 1)

describe('a sound that cannot be speech', () => {
  it.each([
    ['no audio', new Float32Array()],
    ['silence', new Float32Array(16_000)],
    ['silence', speech.map(sample => sample / 5000)],
    ['audio of samples that are no numbers', new Float32Array([0, Number.NaN])],
    [undefined, speech],
    [undefined, speech.map(sample => sample / 100)],
  ])('%s', (fault, pcm) => {
    expect(soundFault(pcm)).toBe(fault)
  })
})

describe('two sounds are one', () => {
  it.each([
    ['the same', speech, true],
    ['at half the loudness', speech.map(sample => sample / 2), true],
    ['with a frame more at its end', new Float32Array([...speech, ...new Float32Array(320)]), true],
    ['half a second longer', new Float32Array([...speech, ...speech.subarray(0, 8000)]), false],
    ['another', sine(450, 1), false],
    ['silence', new Float32Array(speech.length), false],
    ['nothing', new Float32Array(), false],
  ])('%s', (_, other, same) => {
    expect(isSameSound(speech, other)).toBe(same)
  })
})
