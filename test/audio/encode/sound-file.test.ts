import {encodeForFile, formatOf} from '@essence/core/audio/encode/sound-file'
import {describe, expect, it} from 'vitest'

describe('formatOf', () => {
  it.each([
    ['a.ogg', 'ogg'],
    ['a.b/c.OPUS', 'ogg'],
    ['.oga', 'ogg'],
    ['a.Wav', 'wav'],
    ['a.wav.mp3', 'mp3'],
  ])('%s → %s', (file, format) => expect(formatOf(file)).toBe(format))

  it.each(['', '-', 'ogg', 'a.flac', 'a.ogg.txt', 'a.ogg/'])('refuses "%s"', file => {
    expect(() => formatOf(file)).toThrow(expect.objectContaining({code: 'USAGE'}))
  })
})

describe('encodeForFile', () => {
  async function* sound() {
    for (let i = 0; i < 5; i++) yield {pcm: new Float32Array(1600).fill(0.1), sampleRate: 16_000}
  }

  it('states the length of a WAV file in its header', async () => {
    const parts: Uint8Array[] = []
    for await (const part of encodeForFile(sound(), 'wav')) parts.push(part)
    const file = Buffer.concat(parts)
    expect(file.length).toBe(44 + 5 * 1600 * 2)
    expect(file.readUInt32LE(40)).toBe(5 * 1600 * 2)
  })

  it.each(['wav', 'ogg', 'mp3'] as const)('makes no %s of nothing', async format => {
    const nothing = encodeForFile((async function* () {})(), format)
    await expect(nothing.next()).rejects.toMatchObject({code: 'AUDIO_EMPTY'})
  })
})
