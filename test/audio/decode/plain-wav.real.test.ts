import {writeFileSync} from 'node:fs'
import {open} from 'node:fs/promises'
import {join} from 'node:path'
import {readPlainWav} from '@essence/core/audio/decode/plain-wav'
import {decodeInProcess} from '@essence/core/audio/decode/process/decode-in-process'
import {wavHeader} from '@essence/core/audio/encode/wav'
import {describe, expect, it} from 'vitest'
import {temporaryFolder} from '../../temporary-folder.ts'

const file = join(temporaryFolder(), 'sound.wav')
const samples = Int16Array.from({length: 16_000}, (_, n) => (n % 65_536) * 2 - 16_000)
const sound = Buffer.from(samples.buffer)

const plainOf = async (bytes: Uint8Array, {sampleRate = 16_000, maxDurationMs = 60_000} = {}) => {
  writeFileSync(file, bytes)
  await using handle = await open(file)
  // Awaited here: the file is closed on the way out.
  return await readPlainWav({file: handle, size: bytes.length}, {sampleRate, maxDurationMs})
}

/** As FFmpeg decodes what was looked at last. */
const byFfmpeg = async (size: number): Promise<number[]> => {
  const job = {type: 'file', path: file, name: 'sound', size, sampleRate: 16_000, maxDurationMs: 60_000} as const
  const all: number[] = []
  for await (const part of decodeInProcess(job, {})) all.push(...part)
  return all
}

describe('a WAV file that is already what is asked for', () => {
  const whole = Buffer.concat([wavHeader(16_000, sound.length), sound])
  it.each([
    ['whole', whole],
    ['cut off in the middle of a sample', whole.subarray(0, 20_001)],
    ['followed by a chunk of something else', Buffer.concat([whole, Buffer.from('LIST\x04\0\0\0abcd', 'latin1')])],
    ['of unknown length', Buffer.concat([wavHeader(16_000, 0), sound])],
  ])('is read as FFmpeg reads it: %s', async (_, bytes) => {
    const plain = await plainOf(bytes)
    expect(plain?.length).toBeGreaterThan(9000)
    expect([...(plain ?? [])]).toEqual(await byFfmpeg(bytes.length))
  })

  it.each([
    ['of another rate', Buffer.concat([wavHeader(8000, sound.length), sound]), {}],
    ['asked for at another rate', whole, {sampleRate: 24_000}],
    ['longer than what is taken', whole, {maxDurationMs: 999}],
    ['without sound', wavHeader(16_000, 0), {}],
    ['that is none', Buffer.from('OggS, and so on, and so forth, to the end of it all'), {}],
  ])('is left to FFmpeg: one %s', async (_, bytes, options) => {
    expect(await plainOf(bytes, options)).toBeUndefined()
  })
})
