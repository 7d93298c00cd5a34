// Words heard wrong in recordings of people, clean and spoilt in four ways, beside faster-whisper on the same weights, file by file in turn; goals: the peer's with 5 beams + 0.3 points, in at most half the time of the peer's greedy one.
// usage: npm run bench -- accuracy [PYTHON [MODEL ...]]      PYTHON has faster-whisper; models: tiny.en base
// Wants ffmpeg, the weights of `npm run weights -- whisper-tiny.en whisper-base ct2`, and ../shared/data/speech; else it is left out.
import {execFileSync, spawn, spawnSync} from 'node:child_process'
import {existsSync, writeFileSync} from 'node:fs'
import {homedir} from 'node:os'
import {join} from 'node:path'
import {createInterface} from 'node:readline'
import {editDistance} from '@essence/core/accuracy/edit-distance'
import {readAudio} from '@essence/core/audio/decode/decode'
import {encodeToBytes} from '@essence/core/audio/encode/encode'
import type {PcmChunk} from '@essence/core/audio/pcm'
import {seededRandom} from '@essence/core/kit/random'
import {speechToText} from '@essence/core/stt/recognizer'
import {openVad} from '@essence/core/stt/vad/open-vad'
import {openWhisperOnnx} from '@essence/core/stt/whisper-onnx/whisper-onnx'
import {normalizeText} from '@essence/core/tts/normalize/normalize'
import {benchFolder, compare, timed} from './harness.ts'
import {recordingSets} from './recordings.ts'

const goals = {points: 0.3, time: 0.5}
const weights = process.env['JUNE_WEIGHTS'] || join(homedir(), '.cache/june-weights')
const [python = 'python3', ...asked] = process.argv.slice(2)
const sets = recordingSets()
const models = asked.length > 0 ? asked : ['tiny.en', 'base']
const runs = (program: string, ...args: string[]): boolean => spawnSync(program, args).status === 0
const wanting = [
  ...(sets ? [] : ['../shared/data/speech']),
  ...(runs('ffmpeg', '-version') ? [] : ['ffmpeg']),
  ...(runs(python, '-c', 'import faster_whisper') ? [] : ['a PYTHON with faster-whisper']),
  ...models
    .flatMap(model => [`whisper/ggml-${model}.bin`, `ct2/${model}/model.bin`])
    .filter(file => !existsSync(join(weights, file))),
]
if (!sets || wanting.length > 0) {
  console.log(`left out: there is no ${wanting.join(', no ')}`)
  process.exit()
}
const folder = benchFolder()

/** Words as they are read aloud, so that "1455" is "fourteen fifty-five". */
const wordsOf = (text: string): string[] =>
  normalizeText(text, 'en-us')
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
  const random = seededRandom(audio.length)
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

const peer = (model: string, beams: number): Hear & {end(): void} => {
  const script = join(import.meta.dirname, 'peers/faster_whisper_peer.py')
  const child = spawn(python, [script, join(weights, 'ct2', model), String(beams)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]()
  const hear: Hear = async path => {
    child.stdin.write(`${path}\n`)
    const {value, done} = await lines.next()
    if (done) throw new Error('The peer has ended.')
    return JSON.parse(value)
  }
  return Object.assign(hear, {end: () => void child.stdin.end()})
}

/** Words wrong of those said, and seconds, by way of hearing. */
class Tally {
  said = 0
  readonly wrong = new Map<string, number>()
  readonly seconds = new Map<string, number>()

  add(way: string, errors: number, seconds: number): void {
    this.wrong.set(way, (this.wrong.get(way) ?? 0) + errors)
    this.seconds.set(way, (this.seconds.get(way) ?? 0) + seconds)
  }

  /** In percent. */
  rate(way: string): number {
    return (100 * (this.wrong.get(way) ?? Number.NaN)) / this.said
  }
}

const names = ['June', 'greedy', '5 beams'] as const
const cells = (tally: Tally): string => names.map(name => tally.rate(name).toFixed(1)).join(' | ')

const measure = async (model: string): Promise<void> => {
  const modelPath = join(weights, 'whisper', `ggml-${model}.bin`)
  const stt = speechToText(await openWhisperOnnx({modelPath, threads: 1}), {vad: await openVad()})
  const own: Hear = async path => {
    const audio = await readAudio({path})
    const {result, ms} = await timed(() => stt.recognize(audio, {language: 'en'}))
    return {text: result.text, seconds: ms / 1000}
  }
  const [greedy, beams] = [peer(model, 1), peer(model, 5)]
  const ways = {June: own, greedy, '5 beams': beams}
  const [all, byCondition] = [new Tally(), new Map(Object.keys(conditions).map(name => [name, new Tally()]))]
  console.log(
    `\nWhisper ${model}: % of words wrong\n\n| set | condition | words | June | peer, greedy | peer, 5 beams |`,
  )
  console.log('| --- | --- | --: | --: | --: | --: |')
  const row = (set: string, condition: string, tally: Tally): void =>
    console.log(`| ${set} | ${condition} | ${tally.said} | ${cells(tally)} |`)
  const above: [set: string, points: number][] = []
  for (const [set, recordings] of Object.entries(sets)) {
    const whole = new Tally()
    for (const [condition, spoil] of Object.entries(conditions)) {
      const here = new Tally()
      const tallies = [here, whole, all, byCondition.get(condition)].filter(tally => tally !== undefined)
      for (const {path, text} of recordings) {
        const spoilt = await spoil(path)
        const words = wordsOf(text)
        for (const tally of tallies) tally.said += words.length
        for (const [name, hear] of Object.entries(ways)) {
          const heard = await hear(spoilt)
          const errors = editDistance(words, wordsOf(heard.text))
          for (const tally of tallies) tally.add(name, errors, heard.seconds)
        }
      }
      row(set, condition, here)
    }
    row(set, 'all', whole)
    above.push([set, whole.rate('June') - whole.rate('5 beams')])
  }
  for (const [condition, tally] of byCondition) row('all', condition, tally)
  row('all', 'all', all)
  console.log()
  const secondsOf = (name: string): number => all.seconds.get(name) ?? Number.NaN
  for (const [set, points] of [...above, ['all', all.rate('June') - all.rate('5 beams')] as const])
    compare(`${model}, ${set}: words wrong, points above the peer with 5 beams`, points, {atMost: goals.points})
  compare(`${model}: time / the peer’s greedy`, secondsOf('June') / secondsOf('greedy'), {atMost: goals.time})
  greedy.end()
  beams.end()
  await stt.close()
}

for (const model of models) await measure(model)
