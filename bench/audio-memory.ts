// An hour of sound, decoded as a stream in a fresh process: peak memory, and how much faster than the sound it is.
// Run: node --conditions=source bench/audio-memory.ts
import {execFile} from 'node:child_process'
import {createWriteStream, mkdtempSync, rmSync, statSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {pipeline} from 'node:stream/promises'
import {promisify} from 'node:util'
import {type EncodedFormat, encodeAudio} from '@essence/core/audio/encode/encode'
import {noise} from '../test/audio/sounds.ts'

const formats: EncodedFormat[] = ['wav', 'ogg', 'mp3']
const minutes = 60
const maxBytes = 200e6

/** Noise with the rhythm of speech: three syllables a second, a pause every other second. */
const minute = noise(60 * 16_000, 0.4).map((sample, i) => {
  const second = i / 16_000
  return second % 2 < 1.5 ? sample * Math.max(0, Math.sin(2 * Math.PI * 3 * second)) : sample * 0.005
})

const hour = async function* () {
  for (let i = 0; i < minutes; i++) yield {pcm: minute, sampleRate: 16_000}
}

const decodeInChild = async (path: string): Promise<{seconds: number; maxRssBytes: number; ms: number}> => {
  const child = join(import.meta.dirname, '../test/audio/children/decode-file.ts')
  const start = performance.now()
  const {stdout} = await promisify(execFile)(process.execPath, ['--conditions=source', '--no-warnings', child, path])
  return {...JSON.parse(stdout), ms: performance.now() - start}
}

const folder = mkdtempSync(join(tmpdir(), 'essence-bench-'))
try {
  for (const format of formats) {
    const path = join(folder, `hour.${format}`)
    const start = performance.now()
    await pipeline(encodeAudio(hour(), format), createWriteStream(path))
    const encodeMs = performance.now() - start
    const {seconds, maxRssBytes, ms} = await decodeInChild(path)
    const faster = (spent: number): string => `${Math.round((seconds * 1000) / spent)} × real time`
    const megabytes = (bytes: number): string => `${Math.round(bytes / 1e6)} MB`
    console.log(
      `${format}: ${megabytes(statSync(path).size)}, encoded ${faster(encodeMs)}, decoded ${faster(ms)}, peak ${megabytes(maxRssBytes)}`,
    )
    if (maxRssBytes > maxBytes) process.exitCode = 1
    rmSync(path)
  }
} finally {
  rmSync(folder, {recursive: true, force: true})
}
