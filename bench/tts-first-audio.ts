// A voice behind the port: first audio of an answer of 60 words against the time of the whole (goal: at most 0.35); words, loudness, limiter and pauses against the bare ONNX session on the same clauses, in processor time (goal: at most 1.05).
// usage: npm run bench -- tts-first-audio [ROUNDS]
import {writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {placeSession} from '@essence/core/onnx/place'
import {openPhonemizer} from '@essence/core/tts/espeak/phonemes'
import {encodeResponse} from '@essence/core/tts/grpc/response-audio'
import {openPiper} from '@essence/core/tts/onnx/piper'
import {piperTokens, readPiperConfig} from '@essence/core/tts/onnx/piper-config'
import {clausesOf} from '@essence/core/tts/text/clauses'
import {plainPassages} from '@essence/core/tts/text/passages'
import {textToSpeech} from '@essence/core/tts/text-to-speech'
import {piperIds} from '../test/tts/onnx/tiny-voices.ts'
import {benchFolder, compare, median} from './harness.ts'
import {vitsDecoder} from './shapes/vits-decoder.ts'

const goals = {first: 0.35, whole: 1.05}
const rounds = Number(process.argv[2] ?? 7)
const sampleRate = 22_050
const folder = benchFolder()
const modelPath = join(folder, 'en_US-random-medium.onnx')
writeFileSync(modelPath, vitsDecoder())
const about = {audio: {sample_rate: sampleRate}, espeak: {voice: 'en-us'}, phoneme_id_map: piperIds}
writeFileSync(`${modelPath}.json`, JSON.stringify(about))

/** Sixty words each. The second begins with a sentence that has no comma. */
const answers = {
  'with an early comma':
    'Yes, the museum is open today from 10 am to 6 pm. Tickets cost €12.50 for adults and half of that for children. ' +
    'You can take line 3 to the central station and walk from there, which takes about 8 minutes. ' +
    'If it rains, the bus stops right in front of the door. Shall I book 2 tickets for you?',
  'a long first sentence':
    'The museum of natural history is open today from ten in the morning until six in the evening and the tickets are half price for children. ' +
    'You can take the tram to the central station and walk along the river from there. ' +
    'It takes about 8 minutes. Shall I book 2 tickets for tomorrow or would you rather wait?',
}

const engine = await openPiper({modelPath, threads: 1, device: {backend: 'cpu'}})
const tts = textToSpeech(engine)
const {ort, session} = await placeSession(modelPath, {backend: 'cpu'}, 1)
const phonemizer = await openPhonemizer()
const config = await readPiperConfig(modelPath)

/** What the engine is asked for, as tokens; tensors are made anew in each run. */
const tokensOf = async (text: string): Promise<number[][]> => {
  const all: number[][] = []
  for (const clause of clausesOf(plainPassages(text), 'en-us'))
    if (clause) all.push(piperTokens(await phonemizer.phonemes(clause.text, 'en-us'), config))
  return all
}

interface Times {
  firstMs: number
  wholeMs: number
  cpuMs: number
}

const timesOf = async (chunks: () => AsyncIterable<unknown>): Promise<Times> => {
  const [cpu, started] = [process.cpuUsage(), performance.now()]
  let firstMs: number | undefined
  for await (const _ of chunks()) firstMs ??= performance.now() - started
  const wholeMs = performance.now() - started
  const {user, system} = process.cpuUsage(cpu)
  return {firstMs: firstMs ?? wholeMs, wholeMs, cpuMs: (user + system) / 1000}
}

const {signal} = new AbortController()
const encodings = {pcm16: sampleRate, opus: 48_000} as const
const ours = (text: string, encoding: keyof typeof encodings) => () =>
  encodeResponse(tts.synthesize(text), {encoding, sampleRate: encodings[encoding]}, signal)
const bare = (clauses: number[][]) =>
  async function* () {
    for (const tokens of clauses)
      yield await session.run({
        input: new ort.Tensor('int64', BigInt64Array.from(tokens, BigInt), [1, tokens.length]),
        input_lengths: new ort.Tensor('int64', BigInt64Array.of(BigInt(tokens.length)), [1]),
        scales: new ort.Tensor('float32', Float32Array.of(0.667, 1, 0.8), [3]),
      })
  }

for (const [what, text] of Object.entries(answers)) {
  const clauses = await tokensOf(text)
  let audioMs = 0
  for await (const {pcm} of tts.synthesize(text)) audioMs += (1000 * pcm.length) / sampleRate
  console.log(
    `${what}: ${clauses.length} clauses, ${(audioMs / 1000).toFixed(1)} s of sound, ${rounds} rounds, one thread`,
  )
  const runs: Record<string, Times[]> = {bare: [], pcm16: [], opus: []}
  const works = {bare: bare(clauses), pcm16: ours(text, 'pcm16'), opus: ours(text, 'opus')}
  const names = Object.keys(works) as (keyof typeof works)[]
  for (let round = 0; round < rounds; round++) {
    // Each in turn first: what else runs on the machine meets all alike.
    for (const i of names.keys()) {
      const name = names[(i + round) % names.length] ?? 'bare'
      runs[name]?.push(await timesOf(works[name]))
    }
  }
  for (const encoding of ['pcm16', 'opus'] as const) {
    const rows = (runs[encoding] ?? []).map((own, i) => ({own, alone: runs['bare']?.[i] ?? own}))
    const [firstMs, wholeMs] = [median(rows.map(({own}) => own.firstMs)), median(rows.map(({own}) => own.wholeMs))]
    const first = median(rows.map(({own}) => own.firstMs / own.wholeMs))
    const whole = median(rows.map(({own, alone}) => own.wholeMs / alone.wholeMs))
    const cpu = median(rows.map(({own, alone}) => own.cpuMs / alone.cpuMs))
    console.log(
      `  ${encoding}: first audio ${firstMs.toFixed(0)} ms, the whole ${wholeMs.toFixed(0)} ms (RTF ${(wholeMs / audioMs).toFixed(3)})`,
    )
    compare('    first / whole', first, {atMost: goals.first, digits: 3})
    // Only raw PCM is what the voice itself costs; Opus is an encoder's work besides, on threads of its own.
    if (encoding === 'pcm16') compare('    processor time / bare session', cpu, {atMost: goals.whole, digits: 3})
    else console.log(`    processor time / bare session: ${cpu.toFixed(3)}`)
    console.log(`    by the clock: ${whole.toFixed(3)}`)
  }
}
await Promise.all([tts.close(), phonemizer.close()])
