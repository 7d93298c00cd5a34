// What decoding refuses, how it is stopped, and what it leaves behind.
import {mkdirSync, readdirSync, readlinkSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {type DecodeOptions, decodeAudio, readAudio} from '@essence/core/audio/decode/decode'
import {encodeToBytes} from '@essence/core/audio/encode/encode'
import {EssenceError} from '@essence/core/kit/errors'
import {beforeAll, describe, expect, it} from 'vitest'
import {temporaryFolder} from '../../temporary-folder.ts'
import {chunked, noise, sameSamples, sine, wavOf} from '../sounds.ts'

const folder = temporaryFolder()

let ogg: Uint8Array
let wav: Uint8Array
beforeAll(async () => {
  ogg = await encodeToBytes(chunked(noise(48_000 * 2, 0.3), 48_000), 'ogg')
  wav = await encodeToBytes(chunked(noise(16_000 * 10, 0.3), 16_000), 'wav')
})

const fails = (source: Parameters<typeof readAudio>[0], code: string, options?: DecodeOptions): Promise<void> =>
  expect(readAudio(source, options)).rejects.toMatchObject({name: 'EssenceError', code})

describe('paths', () => {
  it('that lead nowhere, to a directory or to a device are not found', async () => {
    await fails({path: join(folder, 'absent.ogg')}, 'INPUT_NOT_FOUND')
    await fails({path: folder}, 'INPUT_NOT_FOUND')
    await fails({path: join(folder, 'a\0b')}, 'INPUT_NOT_FOUND')
    await fails({path: '/dev/zero'}, 'INPUT_NOT_FOUND')
  })

  it('with any characters are opened as they are', async () => {
    mkdirSync(join(folder, 'http:'))
    for (const name of ['a b%20.ogg', 'ü€.ogg', 'concat:x|y.ogg', '-i.ogg', 'http:/x']) {
      writeFileSync(join(folder, name), ogg)
      expect(await readAudio({path: join(folder, name)}), name).toHaveLength(32_000)
    }
  })
})

describe('nothing to hear', () => {
  it('no bytes', async () => {
    writeFileSync(join(folder, 'empty.ogg'), '')
    await fails({path: join(folder, 'empty.ogg')}, 'AUDIO_EMPTY')
    await fails({bytes: new Uint8Array()}, 'AUDIO_EMPTY')
    await fails({stream: (async function* () {})()}, 'AUDIO_EMPTY')
  })

  it('a header without samples', () => fails({bytes: wavOf(new Uint8Array())}, 'AUDIO_EMPTY'))

  it.each(['just text', '{"ok": false}', '\0'.repeat(5000), '<html><body>404</body></html>'])('not audio: %j', text =>
    fails({bytes: Buffer.from(text)}, 'AUDIO_UNREADABLE'),
  )
})

describe('headers that lie', () => {
  const second = new Uint8Array(new Int16Array(sine(440, 1).map(sample => sample * 32_767)).buffer)

  it('about the size: what is there is what counts', async () => {
    const limits = {maxBytes: 100_000, maxDurationMs: 1500}
    for (const dataBytes of [0xffff_ffff, 0xffff_fff0, 0x7fff_fffe]) {
      const bytes = wavOf(second, {dataBytes, riffBytes: 0xffff_ffff})
      expect(await readAudio({bytes}, limits)).toHaveLength(16_000)
    }
  })

  it.each([
    ['no channels', {channels: 0}],
    ['65535 channels', {channels: 65_535}],
    ['1 Hz', {rate: 1}],
    ['0 Hz', {rate: 0}],
    ['4 GHz', {rate: 4_000_000_000}],
    ['no bits', {bits: 0}],
    ['an unknown codec', {tag: 0x6666}],
  ])('about the shape: %s', (_, header) => fails({bytes: wavOf(second, header)}, 'AUDIO_UNREADABLE'))

  it('about an ID3 tag of 256 MB', async () => {
    const mp3 = await encodeToBytes(chunked(sine(440, 1), 16_000), 'mp3')
    const tag = Buffer.from([0x49, 0x44, 0x33, 4, 0, 0, 0x7f, 0x7f, 0x7f, 0x7f])
    await readAudio({bytes: Buffer.concat([tag, mp3])}).catch((error: unknown) =>
      expect(error).toBeInstanceOf(EssenceError),
    )
  })
})

describe('limits', () => {
  it('bytes, of every kind of source', async () => {
    writeFileSync(join(folder, 'a.ogg'), ogg)
    const maxBytes = ogg.length - 1
    await fails({path: join(folder, 'a.ogg')}, 'AUDIO_TOO_LARGE', {maxBytes})
    await fails({bytes: ogg}, 'AUDIO_TOO_LARGE', {maxBytes})
    await fails({stream: pieces(ogg, 100)}, 'AUDIO_TOO_LARGE', {maxBytes})
    expect(await readAudio({stream: pieces(ogg, 100)}, {maxBytes: ogg.length})).toHaveLength(32_000)
  })

  it('bytes of a stream without end: it stops reading, and tells the stream', async () => {
    let [given, told] = [0, false]
    const endless = async function* () {
      try {
        for (;;) {
          given++
          yield new Uint8Array(1000)
        }
      } finally {
        told = true
      }
    }
    await fails({stream: endless()}, 'AUDIO_TOO_LARGE', {maxBytes: 100_000})
    expect({given, told}).toEqual({given: 101, told: true})
  })

  it('duration: pieces up to it, then the error', async () => {
    const decoding = decodeAudio({bytes: wav}, {maxDurationMs: 3000})
    let heard = 0
    await expect(
      (async () => {
        for await (const piece of decoding) heard += piece.length
      })(),
    ).rejects.toMatchObject({code: 'AUDIO_TOO_LONG'})
    expect(heard).toBeGreaterThan(16_000 * 2)
    expect(heard).toBeLessThanOrEqual(16_000 * 3)
    expect(await readAudio({bytes: wav}, {maxDurationMs: 10_000})).toHaveLength(160_000)
  })

  it.each([0, 1, Number.NaN, 16_000.5, 1e9])('a rate of %d Hz cannot be decoded to', sampleRate =>
    fails({bytes: wav}, 'USAGE', {sampleRate}),
  )
})

const pieces = async function* (bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

/** A stream that gives its first part and then nothing, ever. */
const stuck = (): {source: {stream: AsyncIterable<Uint8Array>}; waiting: Promise<void>} => {
  const waiting = Promise.withResolvers<void>()
  const stream = async function* () {
    yield ogg.subarray(0, 1000)
    waiting.resolve()
    await new Promise(() => {})
  }
  return {source: {stream: stream()}, waiting: waiting.promise}
}

describe('cancel', () => {
  it('before the start', () => fails({bytes: wav}, 'CANCELLED', {signal: AbortSignal.abort()}))

  it('between pieces', async () => {
    const cancel = new AbortController()
    const decoding = decodeAudio({bytes: wav}, {signal: cancel.signal})
    await decoding.next()
    cancel.abort(new Error('hung up'))
    await expect(decoding.next()).rejects.toMatchObject({code: 'CANCELLED', cause: {message: 'hung up'}})
    expect(await decoding.next()).toEqual({done: true, value: undefined})
  })

  it('while a stream gives nothing', async () => {
    const cancel = new AbortController()
    const {source, waiting} = stuck()
    const reading = fails(source, 'CANCELLED', {signal: cancel.signal})
    await waiting
    cancel.abort()
    await reading
  })
})

const isSocket = (path: string): boolean => {
  try {
    return readlinkSync(path).startsWith('socket:')
  } catch {
    // The folder itself, which was open while it was read.
    return true
  }
}

describe('side by side', () => {
  it('streams that give nothing hold nobody up', async () => {
    const cancel = new AbortController()
    const waiting = Array.from({length: 8}, stuck)
    const stopped = waiting.map(({source}) => fails(source, 'CANCELLED', {signal: cancel.signal}))
    await Promise.all(waiting.map(one => one.waiting))
    const all = await Promise.all(
      Array.from({length: 16}, (_, i) => readAudio(i % 2 ? {bytes: ogg} : {stream: pieces(ogg, 50)})),
    )
    expect(all.every(audio => sameSamples(audio, all[0]))).toBe(true)
    cancel.abort()
    await Promise.all(stopped)
  })

  it.skipIf(process.platform !== 'linux')('no file stays open, whichever way it ends (Linux)', async () => {
    // Not the sockets to decoders that wait for their next file.
    const open = (): number => readdirSync('/proc/self/fd').filter(fd => !isSocket(`/proc/self/fd/${fd}`)).length
    await readAudio({bytes: ogg})
    const before = open()
    for await (const _ of decodeAudio({bytes: wav})) break
    await decodeAudio({bytes: wav}).return(undefined)
    await fails({bytes: ogg.subarray(0, 60)}, 'AUDIO_UNREADABLE')
    await fails({bytes: wav}, 'AUDIO_TOO_LONG', {maxDurationMs: 100})
    const failing = async function* () {
      yield ogg.subarray(0, 1000)
      throw new Error('connection reset')
    }
    await fails({stream: failing()}, 'AUDIO_UNREADABLE')
    expect(open()).toBe(before)
  })

  it('an error of ours in a stream comes through as it is', async () => {
    const error = new EssenceError('REMOTE_UNREACHABLE', 'Telegram is not there.')
    const failing = async function* () {
      yield ogg
      throw error
    }
    await expect(readAudio({stream: failing()})).rejects.toBe(error)
  })
})
