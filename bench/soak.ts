// Resident memory of both speech services under constant work: `npm run bench -- soak [MINUTES]` (30 is the goal's; default 2). Goal: within 10 %.
import {readAudio} from '@essence/core/audio/decode/decode'
import {encodeToBytes} from '@essence/core/audio/encode/encode'
import {openRemoteRecognizer} from '@essence/core/stt/grpc/client'
import {openEspeak} from '@essence/core/tts/espeak/espeak'
import {openRemoteSynthesizer} from '@essence/core/tts/grpc/client'
import {textToSpeech} from '@essence/core/tts/text-to-speech'
import * as serve from '../test/rpc/serve.ts'
import {openNano} from '../test/stt/nano.ts'
import {benchFolder, compare} from './harness.ts'

const goal = 1.1
const minutes = Number(process.argv[2] ?? 2)
const folder = benchFolder()
const engine = await openNano(folder)
const voice = textToSpeech(await openEspeak())
const [sttServer, ttsServer] = [await serve.sttServer(engine), await serve.ttsServer(voice)]
const stt = await openRemoteRecognizer({url: sttServer.url})
const tts = await openRemoteSynthesizer({url: ttsServer.url})

/** One turn of work: spoken, encoded, decoded, heard at once and as a stream, and a call that is left in the middle. */
const turn = async (text: string): Promise<void> => {
  const note = await encodeToBytes(tts.synthesize(text), 'ogg')
  const audio = await readAudio({bytes: note})
  await stt.recognize(audio, {language: 'en'})
  const pieces = async function* () {
    for (let at = 0; at < audio.length; at += 1600) yield audio.subarray(at, at + 1600)
  }
  for await (const _ of stt.stream(pieces(), {interim: true, language: 'en'}));
  for await (const _ of tts.synthesize(text.repeat(20))) break
}

const residentMb = (): number => process.memoryUsage().rss / 1e6
const began = performance.now()
const end = began + minutes * 60_000
// The first tenth warms up: caches fill, the heap finds its size.
const warm = began + minutes * 6000
let turns = 0
const samples: number[] = []
while (performance.now() < end) {
  await turn(`This is turn ${turns % 100}. Where did you put the keys?`)
  turns++
  if (performance.now() > warm) samples.push(residentMb())
}
const tenth = Math.max(1, Math.floor(samples.length / 10))
const mean = (values: number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length
const [first, last] = [mean(samples.slice(0, tenth)), mean(samples.slice(-tenth))]
console.log(
  `${minutes} minutes, ${turns} turns: resident ${first.toFixed(0)} MB after the warm-up, ${last.toFixed(0)} MB at the end`,
)
compare('growth', last / first, {atMost: goal, digits: 3})
await stt.close()
await tts.close()
await Promise.all([sttServer.close(), ttsServer.close(), engine.close(), voice.close()])
