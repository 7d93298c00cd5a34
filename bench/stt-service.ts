// Recognition through gRPC against the engine called directly, 16 callers at once, and the event loop while both engines work.
// usage: npm run bench -- stt-service [PAIRS]. Goals: at most 1.05 times, callers in turn, event-loop delay p99 under 20 ms.
import {monitorEventLoopDelay} from 'node:perf_hooks'
import {openRemoteRecognizer} from '@essence/core/stt/grpc/client'
import {openEspeak} from '@essence/core/tts/espeak/espeak'
import {openRemoteSynthesizer} from '@essence/core/tts/grpc/client'
import {textToSpeech} from '@essence/core/tts/text-to-speech'
import * as serve from '../test/rpc/serve.ts'
import {openNano} from '../test/stt/nano.ts'
import {paragraph, repeated, spoken} from '../test/stt/spoken.ts'
import {benchFolder, compare, median, timed} from './harness.ts'

const goals = {ratio: 1.05, wait: 2, delayMs: 20}
const pairs = Number(process.argv[2] ?? 40)
const callers = 16

const folder = benchFolder()
const engine = await openNano(folder)
const voice = textToSpeech(await openEspeak())
const [sttServer, ttsServer] = [await serve.sttServer(engine), await serve.ttsServer(voice)]
const stt = await openRemoteRecognizer({url: sttServer.url})
const tts = await openRemoteSynthesizer({url: ttsServer.url})
const question = 'Where did you put the keys? Turn off the light.'
const [speech = new Float32Array(), talk = speech] = await spoken([question, paragraph])
const utterance = repeated(speech, 3)

// Through the service and directly, in turn, each first as often: what disturbs the machine disturbs both.
const [through, direct]: [number[], number[]] = [[], []]
for (let pair = 0; pair < pairs + 3; pair++) {
  const order = pair % 2 === 0 ? [stt, engine] : [engine, stt]
  for (const one of order) {
    const {ms} = await timed(() => one.recognize(utterance, {language: 'en'}))
    if (pair >= 3) (one === stt ? through : direct).push(ms)
  }
}
const ratio = median(through.map((ms, index) => ms / (direct[index] ?? 1)))
console.log(`a 3 s utterance: ${median(direct).toFixed(0)} ms directly, ${median(through).toFixed(0)} ms through gRPC`)
compare('through gRPC / directly', ratio, {atMost: goals.ratio, digits: 3})

// One who brings a long recording comes first; fifteen with an utterance are not to wait for its end.
// Of 25 s that repeat, not of 3: a window that says the same four times over is taken for a loop of the model's, and heard up to six
// times more.
const long = repeated(talk, 120)
const alone = median(direct)
const ends: string[] = []
let lastShort = 0
const started = performance.now()
await Promise.all([
  stt.recognize(long, {language: 'en'}).then(() => ends.push('long')),
  ...Array.from({length: callers - 1}, async (_, caller) => {
    await stt.recognize(utterance, {language: 'en'})
    ends.push(`${caller}`)
    lastShort = performance.now() - started
  }),
])
const wait = lastShort / (alone * (callers - 1))
console.log(`${callers} at once: the last utterance after ${lastShort.toFixed(0)} ms`)
compare(`the last utterance / ${callers - 1} of them alone`, wait, {atMost: goals.wait})
compare('place at which the recording of 120 s ends', ends.indexOf('long') + 1, {atLeast: callers, digits: 0})

const idle = monitorEventLoopDelay({resolution: 2})
idle.enable()
await new Promise(resolve => setTimeout(resolve, 3000))
idle.disable()
console.log(
  `event-loop delay of the idle process: p50 ${(idle.percentile(50) / 1e6).toFixed(1)}, p99 ${(idle.percentile(99) / 1e6).toFixed(1)} ms`,
)
const delay = monitorEventLoopDelay({resolution: 2})
delay.enable()
const until = performance.now() + 10_000
await Promise.all([
  (async () => {
    while (performance.now() < until) await stt.recognize(utterance, {language: 'en'})
  })(),
  (async () => {
    while (performance.now() < until) for await (const _ of tts.synthesize(question));
  })(),
])
delay.disable()
const p99 = delay.percentile(99) / 1e6
console.log(
  `event-loop delay while both work, services and clients in one process: p50 ${(delay.percentile(50) / 1e6).toFixed(1)} ms`,
)
compare('its p99', p99, {atMost: goals.delayMs, unit: 'ms', digits: 1})

await stt.close()
await tts.close()
await Promise.all([sttServer.close(), ttsServer.close(), engine.close(), voice.close()])
