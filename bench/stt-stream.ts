// What a stream adds to june-nano: first interim after speech begins, end of speech to the final, frames judged, event loop; goal: p99 of its delay under 20 ms.
// usage: npm run bench -- stt-stream [RUNS]   sound arrives as fast as it is spoken
import {monitorEventLoopDelay} from 'node:perf_hooks'
import {setTimeout} from 'node:timers/promises'
import {juneNanoPath} from '@essence/core/stt/june-nano'
import {speechToText} from '@essence/core/stt/recognizer'
import {openVad} from '@essence/core/stt/vad/open-vad'
import {vadDefaults} from '@essence/core/stt/vad/vad-parameters'
import {openWhisperOnnx} from '@essence/core/stt/whisper-onnx/whisper-onnx'
import {spoken} from '../test/stt/spoken.ts'
import {benchFolder, compare, median} from './harness.ts'

const goals = {loopMs: 20}
const runs = Number(process.argv[2] ?? 8)
const folder = benchFolder()
const engine = await openWhisperOnnx({modelPath: await juneNanoPath(folder), threads: 1})
const vad = await openVad()
const stt = speechToText(engine, {vad})
const [utterance = new Float32Array()] = await spoken(['please remind me to call my mother tomorrow'])
const lead = 16_000
const sound = new Float32Array(lead + utterance.length + 24_000)
sound.set(utterance, lead)
const spokenMs = utterance.length / 16

const hear = {language: 'en', translate: false, words: false, interim: false, signal: new AbortController().signal}

/** The engine alone on the utterance, and the recogniser with its detector on the same. */
const [bare, batch, judged]: [number[], number[], number[]] = [[], [], []]
const frames = utterance.slice(0, Math.floor(utterance.length / 512) * 512)
for (let run = 0; run < runs * 3; run++) {
  const started = performance.now()
  await engine.transcribe(utterance, hear)
  const heard = performance.now()
  await stt.recognize(utterance, {language: 'en'})
  const recognized = performance.now()
  await vad.begin().probabilities(frames, hear.signal)
  bare.push(heard - started)
  batch.push(recognized - heard)
  judged.push(performance.now() - recognized)
}

/** Pieces of 20 ms, each when it would have been spoken. */
const live = async function* (began: {at: number}): AsyncGenerator<Float32Array> {
  began.at = performance.now()
  for (let at = 0; at < sound.length; at += 320) {
    const wait = began.at + (at + 320) / 16 - performance.now()
    if (wait > 0) await setTimeout(wait)
    yield sound.subarray(at, at + 320)
  }
}
const delay = monitorEventLoopDelay({resolution: 1})
delay.enable()
const [first, final, count]: [number[], number[], number[]] = [[], [], []]
for (let run = 0; run < runs; run++) {
  const began = {at: 0}
  let interims = 0
  for await (const event of stt.stream(live(began), {language: 'en', interim: true})) {
    const since = performance.now() - began.at - lead / 16
    if (event.type === 'interim' && ++interims === 1) first.push(since)
    if (event.type === 'final') final.push(since - spokenMs)
  }
  count.push(interims)
}
delay.disable()
await stt.close()

const endpoint = vadDefaults.minSilenceDurationMs
const loopMs = delay.percentile(99) / 1e6 - 1
console.log(
  `an utterance of ${(spokenMs / 1000).toFixed(1)} s, ${runs} streams at the speed of speech, 1 thread; medians in ms`,
)
console.log(`engine alone                    ${median(bare).toFixed(0)}`)
console.log(
  `recogniser, batch               ${median(batch).toFixed(0)}  ${(median(batch) / median(bare)).toFixed(2)} × the engine; of it ${median(judged).toFixed(0)} for the detector`,
)
console.log(`first interim after speech      ${median(first).toFixed(0)}  ${count.join(', ')} interims`)
console.log(
  `end of speech to final          ${median(final).toFixed(0)}  of it ${endpoint} are the silence that ends an utterance, in which it is heard; the rest are frames, pieces and whatever the engine takes longer`,
)
compare('event loop delay p99', loopMs, {atMost: goals.loopMs, unit: 'ms', digits: 1})
