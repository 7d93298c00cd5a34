// An hour of sound, decoded as a stream in a fresh process: peak memory, and how much faster than the sound it is.
import {execFile} from 'node:child_process'
import {createWriteStream, rmSync, statSync} from 'node:fs'
import {join} from 'node:path'
import {pipeline} from 'node:stream/promises'
import {promisify} from 'node:util'
import {type EncodedFormat, encodeAudio} from '@essence/core/audio/encode/encode'
import {noise} from '../test/audio/sounds.ts'
import {benchFolder, compare} from './harness.ts'

const formats: EncodedFormat[] = ['wav', 'ogg', 'mp3']
const minutes = 60
const maxMegabytes = 200

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
  const {stdout} = await promisify(execFile)(process.execPath, [
    '--conditions=essence-source',
    '--no-warnings',
    child,
    path,
  ])
  return {...JSON.parse(stdout), ms: performance.now() - start}
}

const folder = benchFolder()
for (const format of formats) {
  const path = join(folder, `hour.${format}`)
  const start = performance.now()
  await pipeline(encodeAudio(hour(), format), createWriteStream(path))
  const encodeMs = performance.now() - start
  const {seconds, maxRssBytes, ms} = await decodeInChild(path)
  const faster = (spent: number): string => `${Math.round((seconds * 1000) / spent)} × real time`
  console.log(
    `${format}: ${Math.round(statSync(path).size / 1e6)} MB, encoded ${faster(encodeMs)}, decoded ${faster(ms)}`,
  )
  compare(`${format}: peak memory`, maxRssBytes / 1e6, {atMost: maxMegabytes, unit: 'MB', digits: 0})
  rmSync(path)
}
