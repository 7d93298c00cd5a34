// Recognition through gRPC against the engine called directly, 16 callers at once, and the event loop while both engines work.
// usage: stt-service.ts [PAIRS]. Goals: at most 1.05 times, callers in turn, event-loop delay p99 under 20 ms.
import {mkdtempSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {monitorEventLoopDelay} from 'node:perf_hooks'

// The sources, without a build; everything of June is imported after this has taken effect.
if (!process.execArgv.includes('--conditions=source')) {
  const {spawnSync} = await import('node:child_process')
  const {status} = spawnSync(process.execPath, ['--conditions=source', ...process.argv.slice(1)], {stdio: 'inherit'})
  process.exit(status ?? 1)
}

const [
  {openRemoteRecognizer},
  {openRemoteSynthesizer},
  {openEspeak},
  {textToSpeech},
  {openNano},
  serve,
  {paragraph, spoken, repeated},
] = await Promise.all([
  import('@essence/core/stt/grpc/client'),
  import('@essence/core/tts/grpc/client'),
  import('@essence/core/tts/espeak/espeak'),
  import('@essence/core/tts/text-to-speech'),
  import('../test/stt/nano.ts'),
  import('../test/rpc/serve.ts'),
  import('../test/stt/spoken.ts'),
])

const goals = {ratio: 1.05, wait: 2, delayMs: 20}
const pairs = Number(process.argv[2] ?? 40)
const callers = 16
const median = (values: number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0
const timed = async (work: () => Promise<unknown>): Promise<number> => {
  const started = performance.now()
  await work()
  return performance.now() - started
}

const folder = mkdtempSync(join(tmpdir(), 'essence-bench-'))
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
    const ms = await timed(() => one.recognize(utterance, {language: 'en'}))
    if (pair >= 3) (one === stt ? through : direct).push(ms)
  }
}
const ratio = median(through.map((ms, index) => ms / (direct[index] ?? 1)))
console.log(`a 3 s utterance: ${median(direct).toFixed(0)} ms directly, ${median(through).toFixed(0)} ms through gRPC`)
console.log(`through gRPC / directly: ${ratio.toFixed(3)} (goal: at most ${goals.ratio})`)

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
const inTurn = ends.indexOf('long') === callers - 1
console.log(
  `${callers} at once: the last utterance after ${lastShort.toFixed(0)} ms, ${wait.toFixed(2)} times what ${callers - 1} alone take (goal: at most ${goals.wait})`,
)
console.log(`the recording of 120 s ends ${inTurn ? 'after all of them' : `at place ${ends.indexOf('long') + 1}`}`)

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
  `event-loop delay while both work, services and clients in one process: p50 ${(delay.percentile(50) / 1e6).toFixed(1)}, p99 ${p99.toFixed(1)} ms (goal: under ${goals.delayMs})`,
)

await stt.close()
await tts.close()
await Promise.all([sttServer.close(), ttsServer.close(), engine.close(), voice.close()])
rmSync(folder, {recursive: true})
process.exitCode = ratio <= goals.ratio && wait <= goals.wait && inTurn && p99 < goals.delayMs ? 0 : 1
