// Words heard wrong in recordings of people, clean and spoilt in four ways, beside faster-whisper on the same weights, file by file in turn; goals: the peer's with 5 beams + 0.3 points, in at most half the time of the peer's greedy one.
// usage: npm run bench -- accuracy GGML_MODEL CT2_FOLDER RECORDINGS.json [PYTHON]
// RECORDINGS.json: [{"path": …, "text": …}, …], English. Wants ffmpeg, and a Python with faster-whisper; without arguments it is left out.
import {execFileSync, spawn} from 'node:child_process'
import {readFileSync, writeFileSync} from 'node:fs'
import {dirname, join, resolve} from 'node:path'
import {createInterface} from 'node:readline'
import {readAudio} from '@essence/core/audio/decode/decode'
import {encodeToBytes} from '@essence/core/audio/encode/encode'
import type {PcmChunk} from '@essence/core/audio/pcm'
import {speechToText} from '@essence/core/stt/recognizer'
import {openVad} from '@essence/core/stt/vad/open-vad'
import {randomNumbers} from '@essence/core/stt/whisper-onnx/sample'
import {openWhisperOnnx} from '@essence/core/stt/whisper-onnx/whisper-onnx'
import {benchFolder, compare, timed, wordErrors} from './harness.ts'

const goals = {points: 0.3, time: 0.5}
const [modelPath, peerFolder, recordingsFile, python = 'python3'] = process.argv.slice(2)
if (!modelPath || !peerFolder || !recordingsFile) {
  console.log('left out: it wants GGML_MODEL CT2_FOLDER RECORDINGS.json')
  process.exit()
}
const recordings = JSON.parse(readFileSync(recordingsFile, 'utf8')) as {path: string; text: string}[]
const folder = benchFolder()

const wordsOf = (text: string): string[] =>
  text
    .toLowerCase()
    .replace(/[’']/g, '')
    .match(/[\p{L}\p{N}]+/gu) ?? []

const converted = (from: string, to: string, ...how: string[]): string => {
  execFileSync('ffmpeg', ['-v', 'error', '-y', '-i', from, ...how, join(folder, to)])
  return join(folder, to)
}
const mono = ['-ar', '16000', '-ac', '1']

async function* chunks(pcm: Float32Array): AsyncGenerator<PcmChunk> {
  yield {pcm, sampleRate: 16_000}
}

/** White noise, 10 dB below the speech; the same each time. */
const noisy = async (path: string): Promise<string> => {
  const audio = await readAudio({path})
  const power = audio.reduce((sum, sample) => sum + sample ** 2, 0) / audio.length
  const random = randomNumbers(audio.length)
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
  const pcm = audio.map(sample => Math.max(-1, Math.min(1, sample + Math.sqrt(power / 10) * normal())))
  const to = join(folder, 'noise.wav')
  writeFileSync(to, await encodeToBytes(chunks(pcm), 'wav'))
  return to
}

const conditions: Record<string, (path: string) => string | Promise<string>> = {
  clean: path => converted(path, 'clean.wav', ...mono),
  '8 kHz': path => converted(converted(path, 'narrow.wav', '-ar', '8000', '-ac', '1'), 'wide.wav', ...mono),
  'noise at 10 dB': path => noisy(converted(path, 'clean.wav', ...mono)),
  '1.3 times as fast': path => converted(path, 'fast.wav', '-af', 'atempo=1.3', ...mono),
  'Opus at 16 kbit/s': path => converted(converted(path, 'o.ogg', '-c:a', 'libopus', '-b:a', '16k'), 'o.wav', ...mono),
}

/** Hears the file at a path: its text, and the seconds that took. */
type Hear = (path: string) => Promise<{text: string; seconds: number}>

const peer = (beams: number): Hear & {end(): void} => {
  const script = join(import.meta.dirname, 'peers/faster_whisper_peer.py')
  const child = spawn(python, [script, peerFolder, String(beams)], {stdio: ['pipe', 'pipe', 'inherit']})
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]()
  const hear: Hear = async path => {
    child.stdin.write(`${path}\n`)
    const {value, done} = await lines.next()
    if (done) throw new Error('The peer has ended.')
    return JSON.parse(value)
  }
  return Object.assign(hear, {end: () => void child.stdin.end()})
}

const stt = speechToText(await openWhisperOnnx({modelPath, threads: 1}), {vad: await openVad()})
const own: Hear = async path => {
  const audio = await readAudio({path})
  const {result, ms} = await timed(() => stt.recognize(audio, {language: 'en'}))
  return {text: result.text, seconds: ms / 1000}
}
const [greedy, beams] = [peer(1), peer(5)]
const ways = {June: own, 'peer, greedy': greedy, 'peer, 5 beams': beams}

const wrong = new Map<string, number>()
const seconds = new Map<string, number>()
const totals = {said: 0, audio: 0}
for (const [condition, spoil] of Object.entries(conditions)) {
  let said = 0
  const here = new Map<string, number>()
  for (const {path, text} of recordings) {
    const spoilt = await spoil(resolve(dirname(recordingsFile), path))
    const words = wordsOf(text)
    said += words.length
    totals.audio += (await readAudio({path: spoilt})).length / 16_000
    for (const [name, hear] of Object.entries(ways)) {
      const heard = await hear(spoilt)
      here.set(name, (here.get(name) ?? 0) + wordErrors(wordsOf(heard.text), words))
      seconds.set(name, (seconds.get(name) ?? 0) + heard.seconds)
    }
  }
  totals.said += said
  const figures = [...here].map(([name, count]) => `${name} ${((100 * count) / said).toFixed(1)} %`)
  console.log(`${condition.padEnd(18)} ${figures.join('   ')}`)
  for (const [name, count] of here) wrong.set(name, (wrong.get(name) ?? 0) + count)
}
const share = (name: keyof typeof ways): number => (100 * (wrong.get(name) ?? Number.NaN)) / totals.said
console.log(`all: ${totals.said} words, ${totals.audio.toFixed(0)} s`)
for (const name of Object.keys(ways) as (keyof typeof ways)[])
  console.log(`${name.padEnd(18)} ${share(name).toFixed(1)} % wrong, ${(seconds.get(name) ?? 0).toFixed(1)} s`)
compare('words wrong, points above the peer with 5 beams', share('June') - share('peer, 5 beams'), {
  atMost: goals.points,
})
compare('time / the peer’s greedy', (seconds.get('June') ?? 0) / (seconds.get('peer, greedy') ?? 0), {
  atMost: goals.time,
})
greedy.end()
beams.end()
await stt.close()
