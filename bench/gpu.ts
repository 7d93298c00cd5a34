// Engines on this machine's devices: load, stage times, memory, concurrency, with random weights of real shapes.
// usage: npm run bench -- gpu FOLDER_FOR_MODELS [cuda|vulkan|cpu …]   (about 20 GB of disk for the whole run)
import {execFileSync} from 'node:child_process'
import {existsSync, mkdirSync, readFileSync, writeFileSync} from 'node:fs'
import {createRequire} from 'node:module'
import {join} from 'node:path'
import {gunzipSync} from 'node:zlib'
import type {Backend} from '@essence/core/compute/device'
import {openLlama} from '@essence/core/llm/llama/llama'
import {speechToText} from '@essence/core/stt/recognizer'
import {openWhisperCpp} from '@essence/core/stt/whisper-cpp/whisper-cpp'
import {median, quantile, timed} from './harness.ts'
import {qwen3Dense4b, qwen3Moe30b, writeQwen3} from './shapes/qwen3.ts'
import {base, largeV3Turbo, writeWhisper} from './shapes/whisper.ts'

const [folder = '/tmp/essence-shapes', ...asked] = process.argv.slice(2)
const devices = (asked.length > 0 ? asked : ['cuda', 'vulkan']) as Backend[]
mkdirSync(folder, {recursive: true})

const report = (what: string, figures: object): void => console.log(JSON.stringify({what, ...figures}))

const gpuMemoryMib = (): number | undefined => {
  try {
    return Number(
      execFileSync('nvidia-smi', ['--query-gpu=memory.used', '--format=csv,noheader,nounits'], {encoding: 'utf8'}),
    )
  } catch {
    return undefined
  }
}

const tenth = (ms: number): number => Math.round(ms * 10) / 10
const spread = (values: number[]) => ({
  p50: tenth(median(values)),
  p95: tenth(quantile(values, 0.95)),
  n: values.length,
})

const made = async (name: string, write: (path: string) => Promise<void>): Promise<string> => {
  const path = join(folder, name)
  if (!existsSync(path)) report('made', {name, ms: Math.round((await timed(() => write(path))).ms)})
  return path
}

/** 16 kHz mono 16-bit WAV with a 44-byte header, as floats. */
const readWav = (path: string): Float32Array => {
  const bytes = readFileSync(path).subarray(44)
  const ints = new Int16Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + (bytes.length & ~1)))
  return Float32Array.from(ints, value => value / 32_768)
}

const benchRecognition = async (device: Backend): Promise<void> => {
  const nano = join(folder, 'june-nano.bin')
  const packed = join(import.meta.dirname, '../src/stt/data/ggml-june-nano-q8_0.bin.gz')
  if (!existsSync(nano)) writeFileSync(nano, gunzipSync(readFileSync(packed)))
  const speech = join(folder, 'speech.wav')
  const before = gpuMemoryMib()
  const {result: stt, ms: loadMs} = await timed(async () =>
    speechToText(await openWhisperCpp({modelPath: nano, device: {backend: device}, threads: 1}), {enableVad: false}),
  )
  report('whisper.cpp loads june-nano', {
    device: stt.info.device,
    reason: stt.info.deviceReason,
    loadMs: Math.round(loadMs),
  })
  if (existsSync(speech)) {
    const audio = readWav(speech)
    const times: number[] = []
    let text = ''
    for (let run = 0; run < 20; run++) {
      const {result: transcript, ms} = await timed(() => stt.recognize(audio, {language: 'en'}))
      text = transcript.text
      times.push(ms)
    }
    const {ms: together} = await timed(() =>
      Promise.all(Array.from({length: 4}, () => stt.recognize(audio, {language: 'en'}))),
    )
    report('june-nano hears', {device, text, ms: spread(times), fourAtOnceMs: Math.round(together)})
  }
  await stt.close()

  // Random weights never end a sentence, so whole recognitions mean nothing: whisper.cpp's own bench times its parts.
  const variant = device === 'cpu' ? '' : `-${device}`
  const native = createRequire(import.meta.url)(`@fugood/node-whisper-${process.platform}-${process.arch}${variant}`)
  native.WhisperContext.toggleNativeLog(true, () => {})
  const shapes = {base, 'large-v3-turbo': largeV3Turbo}
  for (const [name, shape] of Object.entries(shapes)) {
    if (device === 'cpu' && name !== 'base') continue
    const path = await made(`${name}-q8_0.bin`, target => writeWhisper(target, shape))
    const context = new native.WhisperContext({
      filePath: path,
      useGpu: device !== 'cpu',
      useFlashAttn: device !== 'cpu',
    })
    await context.bench(1)
    const runs = []
    for (let run = 0; run < 10; run++) runs.push(await context.bench(1))
    report(`whisper ${name} q8_0`, {
      device,
      encodeMs: spread(runs.map(({encodeMs}) => encodeMs)),
      decodeMsPerToken: spread(runs.map(({decodeMs}) => decodeMs)),
      promptMs: spread(runs.map(({promptMs}) => promptMs)),
      gpuMib: (gpuMemoryMib() ?? 0) - (before ?? 0),
    })
    await context.release()
  }
}

const benchLanguageModel = async (device: Backend): Promise<void> => {
  // Known before gigabytes are written: is there such a device at all?
  const {getLlama} = await import('node-llama-cpp')
  const gpu = device === 'cpu' ? false : device
  await (await getLlama({gpu, build: 'never', skipDownload: true})).dispose()
  const shapes = {'Qwen3-30B-A3B Q4_K_M': qwen3Moe30b, 'Qwen3-4B Q4_K_M': qwen3Dense4b}
  for (const [name, shape] of Object.entries(shapes)) {
    const path = await made(`${name.replaceAll(' ', '-')}.gguf`, target => writeQwen3(target, shape))
    const before = gpuMemoryMib() ?? 0
    const {result: llm, ms: loadMs} = await timed(() =>
      openLlama({modelPath: path, device: {backend: device}, contextTokens: 8192, conversations: 8, threads: 1}),
    )
    report(`llama.cpp loads ${name}`, {
      device: llm.info.device,
      reason: llm.info.deviceReason,
      loadMs: Math.round(loadMs),
      gpuMib: (gpuMemoryMib() ?? 0) - before,
    })

    const answer = async (
      conversation: string,
      messages: {role: 'system' | 'user' | 'assistant'; content: string}[],
      maxTokens = 128,
    ) => {
      const started = performance.now()
      let first = 0
      let text = ''
      for await (const delta of llm.chat(messages, {conversation, maxTokens, temperature: 0.7, seed: 1})) {
        first ||= performance.now()
        text += delta.text
      }
      return {ttftMs: first - started, tokensPerSecond: (maxTokens - 1) / ((performance.now() - first) / 1000), text}
    }
    const prompt = Array.from({length: 100}, (_, index) => `w${index} w${index * 7} w${index * 13}`).join(' ')
    const cold: number[] = []
    const warm: number[] = []
    const rates: number[] = []
    for (let run = 0; run < 12; run++) {
      const first = {role: 'user' as const, content: `${run} ${prompt}`}
      const one = await answer(`c${run}`, [first])
      cold.push(one.ttftMs)
      const two = await answer(`c${run}`, [
        first,
        {role: 'assistant', content: one.text},
        {role: 'user', content: 'w1 w2 w3 w4 w5 w6 w7 w8'},
      ])
      warm.push(two.ttftMs)
      rates.push(one.tokensPerSecond, two.tokensPerSecond)
    }
    report(`${name} answers`, {
      device,
      ttftMs: spread(cold),
      ttftSecondTurnMs: spread(warm),
      tokensPerSecond: spread(rates),
    })
    for (const many of [2, 4, 8]) {
      const {result: results, ms} = await timed(() =>
        Promise.all(
          Array.from({length: many}, (_, index) =>
            answer(`m${many}-${index}`, [{role: 'user', content: `${index} ${prompt}`}]),
          ),
        ),
      )
      report(`${name}, ${many} at once`, {
        device,
        ttftMs: spread(results.map(({ttftMs}) => ttftMs)),
        tokensPerSecondAll: Math.round((many * 128) / (ms / 1000)),
      })
    }
    await llm.close()
  }
}

for (const device of devices) {
  for (const bench of [benchRecognition, benchLanguageModel]) {
    try {
      await bench(device)
    } catch (error) {
      report('failed', {device, bench: bench.name, error: String(error)})
    }
  }
}
process.exit()
