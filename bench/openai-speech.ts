// The first sound of POST /v1/audio/speech against that of the voice itself, which speaks the same text in the same process: what the
// gateway, the encoder and HTTP add, in ms (goal: at most 10). From a Piper voice of the usual size with random weights.
// usage: npm run bench -- openai-speech [ROUNDS]
import {writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {openPiper} from '@essence/core/tts/onnx/piper'
import {textToSpeech} from '@essence/core/tts/text-to-speech'
import {openGateway} from '../plugins/gateway/test/open-gateway.ts'
import {scriptedEngines} from '../test/engines/scripted.ts'
import {piperIds} from '../test/tts/onnx/tiny-voices.ts'
import {benchFolder, compare, median, quantile} from './harness.ts'
import {vitsDecoder} from './shapes/vits-decoder.ts'

const goalMs = 10
const rounds = Number(process.argv[2] ?? 25)
const folder = benchFolder()
const modelPath = join(folder, 'en_US-random-medium.onnx')
writeFileSync(modelPath, vitsDecoder())
const about = {audio: {sample_rate: 22_050}, espeak: {voice: 'en-us'}, phoneme_id_map: piperIds}
writeFileSync(`${modelPath}.json`, JSON.stringify(about))

/** One clause: of two, the second would still be computed when the next run begins. */
const input = 'Good morning.'
const tts = textToSpeech(await openPiper({modelPath, threads: 1, device: {backend: 'cpu'}}))
const gateway = await openGateway({...scriptedEngines(), tts})

/** Bytes that hold no sound yet: headers of containers. */
const headBytes = {pcm: 0, wav: 44, mp3: 0, aac: 0, flac: 42, opus: 200}
type Format = keyof typeof headBytes

const engineFirstMs = async (): Promise<number> => {
  const started = performance.now()
  for await (const {pcm} of tts.synthesize(input)) if (pcm.length > 0) break
  return performance.now() - started
}

/** ms until the first bytes of sound. */
const gatewayFirstMs = async (response_format: Format): Promise<number> => {
  const started = performance.now()
  const leaving = new AbortController()
  const response = await fetch(`${gateway.address}/v1/audio/speech`, {
    method: 'POST',
    headers: {'content-type': 'application/json'},
    body: JSON.stringify({model: 'tts-1', voice: 'alloy', input, response_format}),
    signal: leaving.signal,
  })
  let bytes = 0
  const reader = (response.body as ReadableStream<Uint8Array>).getReader()
  while (bytes <= headBytes[response_format]) bytes += (await reader.read()).value?.length ?? Number.POSITIVE_INFINITY
  const ms = performance.now() - started
  leaving.abort()
  return ms
}

const formats = Object.keys(headBytes) as Format[]
for (const format of formats) await gatewayFirstMs(format)
const added = new Map<Format, number[]>(formats.map(format => [format, []]))
const engine: number[] = []
for (let round = 0; round < rounds; round++) {
  for (const format of formats) {
    // Side by side in time, each first in turn: what else runs on the machine meets both alike.
    const own = round % 2 === 0 ? await engineFirstMs() : undefined
    const served = await gatewayFirstMs(format)
    const alone = own ?? (await engineFirstMs())
    engine.push(alone)
    added.get(format)?.push(served - alone)
  }
}
console.log(`the voice itself: first sound after ${median(engine).toFixed(1)} ms (median of ${engine.length})`)
for (const [format, times] of added) {
  compare(`  ${format}: more than that`, median(times), {atMost: goalMs, unit: 'ms', digits: 1})
  console.log(`    90 of 100: ${quantile(times, 0.9).toFixed(1)} ms`)
}
await gateway.service.close()
await tts.close()
