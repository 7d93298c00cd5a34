// Whisper on the CPU, three ways with one model: as @fugood/whisper.node brings it, on ONNX Runtime, and whisper.cpp built for this processor.
// usage: npm run bench -- stt-engines [RUNS] [PHRASES TEXT_FILE]   the second part counts wrong words in phrases of a text that espeak-ng speaks.
// ESSENCE_BENCH_NATIVE names the program made from bench/native/whisper-cpp.cpp. Goals: 4 times as fast as the first, at most 1.2 times the last.
import {type ChildProcessWithoutNullStreams, spawn} from 'node:child_process'
import {readFileSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {createInterface} from 'node:readline'
import {editDistance} from '@essence/core/accuracy/edit-distance'
import {juneNanoPath} from '@essence/core/stt/june-nano'
import {openWhisperCpp} from '@essence/core/stt/whisper-cpp/whisper-cpp'
import {decodingOf} from '@essence/core/stt/whisper-onnx/transcribe'
import {openWhisperOnnx} from '@essence/core/stt/whisper-onnx/whisper-onnx'
import {spoken} from '../test/stt/spoken.ts'
import {benchFolder, compare, median} from './harness.ts'

const goals = {prebuilt: 4, native: 1.2}
const [runs = 25, phrases = 0] = process.argv.slice(2, 4).map(Number)
const textFile = process.argv[4]
const folder = benchFolder()
const modelPath = await juneNanoPath(folder)

/** Transcribes audio and tells the text and how long it took, in ms. */
type Transcribe = (audio: Float32Array) => Promise<{text: string; ms: number}>

const transcribeWith = (engine: Awaited<ReturnType<typeof openWhisperOnnx>>): Transcribe => {
  const {signal} = new AbortController()
  return async audio => {
    const started = performance.now()
    const {segments} = await engine.transcribe(audio, {
      language: 'en',
      translate: false,
      words: false,
      interim: false,
      signal,
    })
    return {text: segments.map(({text}) => text).join(' '), ms: performance.now() - started}
  }
}

const native = (
  program: string,
): {child: ChildProcessWithoutNullStreams; transcribe: (fitted: boolean) => Transcribe} => {
  const child = spawn(program, [modelPath])
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]()
  const path = join(folder, 'audio.f32')
  const transcribe =
    (fitted: boolean): Transcribe =>
    async audio => {
      writeFileSync(path, new Uint8Array(audio.buffer, audio.byteOffset, audio.byteLength))
      child.stdin.write(
        `${path} ${fitted ? Math.min(512, Math.ceil(audio.length / 320) + decodingOf({audioPositions: 512}).marginPositions) : 0}\n`,
      )
      const {value = ''} = await lines.next()
      const [ms = '', ...text] = String(value).split(' ')
      return {ms: Number(ms), text: text.join(' ')}
    }
  return {child, transcribe}
}

const engines = [
  await openWhisperCpp({modelPath, device: {backend: 'cpu'}, threads: 1}),
  await openWhisperOnnx({modelPath, threads: 1}),
  await openWhisperOnnx({modelPath, threads: 1, fullContext: true}),
] as const
const ways = new Map<string, Transcribe>([
  ['@fugood/whisper.node as it comes', transcribeWith(engines[0])],
  ['ONNX Runtime', transcribeWith(engines[1])],
  ['ONNX Runtime, whole window', transcribeWith(engines[2])],
])
const program = process.env['ESSENCE_BENCH_NATIVE']
const built = program ? native(program) : undefined
if (built) {
  ways.set('whisper.cpp native, fitted', built.transcribe(true))
  ways.set('whisper.cpp native, whole window', built.transcribe(false))
} else console.log('whisper.cpp built for this processor: left out, ESSENCE_BENCH_NATIVE is not set')

const [utterance = new Float32Array()] = await spoken([
  'could you please tell me what the weather will be like tomorrow',
])
const times = new Map([...ways.keys()].map(name => [name, [] as number[]]))
const texts = new Map<string, string>()
for (let run = 0; run < runs; run++)
  for (const [name, transcribe] of ways) {
    const {ms, text} = await transcribe(utterance)
    times.get(name)?.push(ms)
    texts.set(name, text.trim())
  }
console.log(`\nan utterance of ${(utterance.length / 16_000).toFixed(1)} s, 1 thread, ${runs} runs, medians`)
const figures = new Map([...times].map(([name, values]) => [name, median(values)]))
for (const [name, ms] of figures) console.log(`${name.padEnd(34)} ${ms.toFixed(1).padStart(7)} ms   ${texts.get(name)}`)
const own = figures.get('ONNX Runtime') ?? 0
const faster = (figures.get('@fugood/whisper.node as it comes') ?? 0) / own
compare('times as fast as @fugood/whisper.node', faster, {atLeast: goals.prebuilt, digits: 1})
const nativeMs = figures.get('whisper.cpp native, fitted')
if (nativeMs !== undefined) compare('/ whisper.cpp native, fitted', own / nativeMs, {atMost: goals.native})

/** Words in their order: letters and apostrophes, small. */
const wordsOf = (text: string): string[] => text.toLowerCase().match(/[a-z']+/g) ?? []

if (phrases > 0 && textFile) {
  const words = wordsOf(readFileSync(textFile, 'utf8').replaceAll('`', "'"))
    .map(word => word.replace(/^'+|'+$/g, ''))
    .filter(Boolean)
  // The same phrases each time: 2 to 12 words, from all over the text.
  const said = Array.from({length: phrases}, (_, i) => {
    const from = Math.floor((i * (words.length - 12)) / phrases)
    return words.slice(from, from + 2 + ((i * 7) % 11))
  })
  const sounds = await spoken(said.map(one => one.join(' ')))
  const total = said.flat().length
  console.log(`\n${phrases} phrases, ${total} words`)
  for (const [name, transcribe] of ways) {
    let wrong = 0
    let ms = 0
    for (const [i, sound] of sounds.entries()) {
      const heard = await transcribe(sound)
      wrong += editDistance(said[i] ?? [], wordsOf(heard.text))
      ms += heard.ms
    }
    console.log(
      `${name.padEnd(34)} ${((100 * wrong) / total).toFixed(1).padStart(5)} % of words wrong, ${(ms / phrases).toFixed(0)} ms each`,
    )
  }
}

built?.child.kill()
for (const engine of engines) await engine.close()
