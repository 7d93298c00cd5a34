// Neural voices: processor time of our Piper engine, phonemes and thread included, and of the bare ONNX session on the same inputs; goal: at most 1.05 times it.
import {writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {placeSession} from '@essence/core/onnx/place'
import {openPhonemizer} from '@essence/core/tts/espeak/phonemes'
import {openPiper} from '@essence/core/tts/onnx/piper'
import {piperTokens, readPiperConfig} from '@essence/core/tts/onnx/piper-config'
import {piperIds} from '../test/tts/onnx/tiny-voices.ts'
import {benchFolder, compare} from './harness.ts'
import {vitsDecoder} from './shapes/vits-decoder.ts'

const goal = 1.05
const rounds = Number(process.argv[2] ?? 25)
const sampleRate = 22_050
const modelPath = join(benchFolder(), 'en_US-random-medium.onnx')
writeFileSync(modelPath, vitsDecoder())
const about = {audio: {sample_rate: sampleRate}, espeak: {voice: 'en-us'}, phoneme_id_map: piperIds}
writeFileSync(`${modelPath}.json`, JSON.stringify(about))

const clause = 'The weather is lovely today, is it not?'
const engine = await openPiper({modelPath, threads: 1, device: {backend: 'cpu'}})
const {ort, session} = await placeSession(modelPath, {backend: 'cpu'}, 1)
const phonemizer = await openPhonemizer()
const tokens = piperTokens(await phonemizer.phonemes(clause, 'en-us'), await readPiperConfig(modelPath))
await phonemizer.close()

const ours = async (): Promise<number> => {
  const {signal} = new AbortController()
  let samples = 0
  for await (const {pcm} of engine.speak(clause, {voice: engine.defaultVoice, speed: 1, pitch: 0, signal}))
    samples += pcm.length
  return samples
}
const bare = async (): Promise<number> => {
  const {output} = await session.run({
    input: new ort.Tensor('int64', BigInt64Array.from(tokens, BigInt), [1, tokens.length]),
    input_lengths: new ort.Tensor('int64', BigInt64Array.of(BigInt(tokens.length)), [1]),
    scales: new ort.Tensor('float32', Float32Array.of(0.667, 1, 0.8), [3]),
  })
  return output?.size ?? 0
}
const cpuOf = async (work: () => Promise<number>): Promise<{ms: number; samples: number}> => {
  // Of the processor, all threads of this process: what else runs on the machine counts for neither.
  const before = process.cpuUsage()
  const samples = await work()
  const {user, system} = process.cpuUsage(before)
  return {ms: (user + system) / 1000, samples}
}

const factors = {ours: [] as number[], bare: [] as number[]}
for (let round = 0; round < rounds; round++) {
  // Each in turn first: what else runs on the machine meets both alike.
  const [first, second] = round % 2 === 0 ? [ours, bare] : [bare, ours]
  const [a, b] = [await cpuOf(first), await cpuOf(second)]
  const [own, alone] = round % 2 === 0 ? [a, b] : [b, a]
  if (own.samples !== alone.samples) throw new Error(`${own.samples} samples, bare ${alone.samples}`)
  factors.ours.push((own.ms / 1000 / own.samples) * sampleRate)
  factors.bare.push((alone.ms / 1000 / alone.samples) * sampleRate)
}
await engine.close()

// The quickest round of each: a cache or a processor that is shared only ever makes a round slower.
const [own, alone] = [Math.min(...factors.ours), Math.min(...factors.bare)]
const ratio = own / alone
console.log(
  `${tokens.length} tokens, one thread, ${rounds} rounds; random weights in the shape of a medium Piper voice`,
)
console.log(
  `processor seconds for a second of speech, best round: ${own.toFixed(3)} as an engine, ${alone.toFixed(3)} the bare session`,
)
compare('engine / bare', ratio, {atMost: goal, digits: 3})
