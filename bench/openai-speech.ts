// What the gateway, the encoder and HTTP add to the first sound of POST /v1/audio/speech, in ms: from the request to the voice's being
// asked, and from the voice's first sound to the client's (goal: at most 10 together). The voice's own time is measured in the same
// requests and left out. A Piper voice of the usual size with random weights.
// usage: npm run bench -- openai-speech [ROUNDS]
import {writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {openPiper} from '@essence/core/tts/onnx/piper'
import type {TextToSpeech} from '@essence/core/tts/port'
import {textToSpeech} from '@essence/core/tts/text-to-speech'
import {openGateway} from '../plugins/gateway/test/open-gateway.ts'
import {scriptedEngines} from '../test/engines/scripted.ts'
import {piperIds} from '../test/tts/onnx/tiny-voices.ts'
import {benchFolder, compare, median, quantile} from './harness.ts'
import {vitsDecoder} from './shapes/vits-decoder.ts'

const goalMs = 10
const rounds = Number(process.argv[2] ?? 15)
const folder = benchFolder()
const modelPath = join(folder, 'en_US-random-medium.onnx')
writeFileSync(modelPath, vitsDecoder())
const about = {audio: {sample_rate: 22_050}, espeak: {voice: 'en-us'}, phoneme_id_map: piperIds}
writeFileSync(`${modelPath}.json`, JSON.stringify(about))

/** One clause: of two, the second would take the processor from what is measured. */
const input = 'Good morning.'
const voice = textToSpeech(await openPiper({modelPath, threads: 1, device: {backend: 'cpu'}}))
let [askedAt, firstAt] = [0, 0]
const tts: TextToSpeech = {
  ...voice,
  async *synthesize(text, options) {
    askedAt = performance.now()
    firstAt = 0
    for await (const chunk of voice.synthesize(text, options)) {
      firstAt ||= performance.now()
      yield chunk
    }
  },
}
const gateway = await openGateway({...scriptedEngines(), tts})

/** Bytes that hold no sound yet: headers of containers. */
const headBytes = {pcm: 0, wav: 44, mp3: 0, aac: 0, flac: 42, opus: 200}
type Format = keyof typeof headBytes

const requestOnce = async (response_format: Format): Promise<{addedMs: number; voiceMs: number}> => {
  const started = performance.now()
  const response = await fetch(`${gateway.address}/v1/audio/speech`, {
    method: 'POST',
    headers: {'content-type': 'application/json'},
    body: JSON.stringify({model: 'tts-1', voice: 'alloy', input, response_format}),
  })
  let [bytes, heardAt] = [0, 0]
  for await (const part of response.body ?? []) {
    bytes += part.length
    if (bytes > headBytes[response_format]) heardAt ||= performance.now()
  }
  return {addedMs: askedAt - started + heardAt - firstAt, voiceMs: firstAt - askedAt}
}

const formats = Object.keys(headBytes) as Format[]
for (const format of formats) await requestOnce(format)
const added = new Map<Format, number[]>(formats.map(format => [format, []]))
const alone: number[] = []
for (let round = 0; round < rounds; round++) {
  for (const format of formats) {
    const {addedMs, voiceMs} = await requestOnce(format)
    added.get(format)?.push(addedMs)
    alone.push(voiceMs)
  }
}
console.log(`the voice itself: first sound after ${median(alone).toFixed(1)} ms (median of ${alone.length})`)
for (const [format, times] of added) {
  compare(`  ${format}: added`, median(times), {atMost: goalMs, unit: 'ms', digits: 1})
  console.log(`    1 of 10: ${quantile(times, 0.1).toFixed(1)} ms, 9 of 10: ${quantile(times, 0.9).toFixed(1)} ms`)
}
await gateway.service.close()
await voice.close()
