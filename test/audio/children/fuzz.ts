// Run as a process of its own, as a crash in native code ends it: `fuzz.ts <runs> [file …]`. Every damaged file has to
// give sound or an EssenceError; then decoding hundreds of truncated files may not make the process grow.
import {readFileSync} from 'node:fs'
import {type DecodeOptions, readAudio} from '@essence/core/audio/decode/decode'
import {encodeToBytes} from '@essence/core/audio/encode/encode'
import {isEssenceError} from '@essence/core/kit/errors'
import fc from 'fast-check'
import {chunked, noise} from '../sounds.ts'

const [runs = '100', ...files] = process.argv.slice(2)
const formats = ['ogg', 'wav', 'mp3'] as const
const originals = [
  ...(await Promise.all(formats.map(format => encodeToBytes(chunked(noise(8000, 0.3), 16_000), format)))),
  ...files.map(file => new Uint8Array(readFileSync(file))),
]

const allowed = new Set(['AUDIO_EMPTY', 'AUDIO_UNREADABLE', 'AUDIO_TOO_LONG'])
const counts = {heard: 0, refused: 0}

const survives = async (bytes: Uint8Array, options: DecodeOptions): Promise<void> => {
  try {
    const audio = await readAudio({bytes}, options)
    if (audio.length === 0) throw new Error('no error, and no samples')
    for (const sample of audio) if (!(sample >= -1 && sample <= 1)) throw new Error(`a sample of ${sample}`)
    counts.heard++
  } catch (error) {
    if (!isEssenceError(error) || !allowed.has(error.code)) throw error
    counts.refused++
  }
}

/** One way to damage a file: `at` in parts of its length. */
const damage = fc.oneof(
  fc.record({kind: fc.constant('cut' as const), at: fc.double({min: 0, max: 1, noNaN: true})}),
  fc.record({kind: fc.constant('flip' as const), at: fc.double({min: 0, max: 1, noNaN: true}), bit: fc.nat(7)}),
  fc.record({kind: fc.constant('header' as const), at: fc.nat(300), byte: fc.constantFrom(0, 1, 127, 128, 254, 255)}),
  fc.record({
    kind: fc.constant('insert' as const),
    at: fc.double({min: 0, max: 1, noNaN: true}),
    bytes: fc.uint8Array(),
  }),
)
type Damage = typeof damage extends fc.Arbitrary<infer T> ? T : never

const damaged = (file: Uint8Array, {at, ...how}: Damage): Uint8Array => {
  const place = Math.min(how.kind === 'header' ? at : Math.floor(at * file.length), file.length)
  if (how.kind === 'cut') return file.subarray(0, place)
  if (how.kind === 'insert') return Buffer.concat([file.subarray(0, place), how.bytes, file.subarray(place)])
  const copy = Uint8Array.from(file)
  if (place < copy.length) copy[place] = how.kind === 'flip' ? (copy[place] ?? 0) ^ (1 << how.bit) : how.byte
  return copy
}

const anyFile = fc.oneof(
  {arbitrary: fc.uint8Array({maxLength: 3000}), weight: 1},
  {
    arbitrary: fc
      .tuple(fc.nat(originals.length - 1), fc.array(damage, {minLength: 1, maxLength: 12}))
      .map(([which, damages]) => damages.reduce(damaged, originals[which] ?? new Uint8Array())),
    weight: 9,
  },
)

await fc.assert(
  fc.asyncProperty(anyFile, bytes => survives(bytes, {maxDurationMs: 60_000})),
  {numRuns: Number(runs)},
)

/** Beside JavaScript's heap, whose size is V8's choice. */
const settledBytes = (): number => {
  globalThis.gc?.()
  const {rss, heapTotal} = process.memoryUsage()
  return rss - heapTotal
}
const truncate = async (times: number): Promise<void> => {
  for (let i = 0; i < times; i++) {
    const file = originals[i % originals.length] ?? new Uint8Array()
    await survives(file.subarray(0, Math.floor((file.length * ((i * 37) % 100)) / 100)), {})
  }
}
await truncate(100)
const before = settledBytes()
await truncate(500)
process.stdout.write(JSON.stringify({...counts, grownBytes: settledBytes() - before}))
