// One voice turn on this machine, stage by stage, and what the turn adds to the bare engines; goal: at most 1.25 times them.
import {mkdtempSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import type {TurnTimes} from '@essence/core/voice/events'

// The sources, without a build; everything of June is imported after this has taken effect.
if (!process.execArgv.includes('--conditions=source')) {
  const {spawnSync} = await import('node:child_process')
  const {status} = spawnSync(process.execPath, ['--conditions=source', ...process.argv.slice(1)], {stdio: 'inherit'})
  process.exit(status ?? 1)
}

const goal = 1.25
const turns = Number(process.argv[2] ?? 25)
const [{readAudio}, {encodeToBytes}, {readConfig}, {openEngines}, {runTurn}] = await Promise.all([
  import('@essence/core/audio/decode/decode'),
  import('@essence/core/audio/encode/encode'),
  import('@essence/core/config/read'),
  import('@essence/core/engines/open'),
  import('@essence/core/voice/turn'),
])
const folder = mkdtempSync(join(tmpdir(), 'essence-bench-'))
const {settings} = await readConfig({flags: {JUNE_DATA_DIR: process.env['JUNE_DATA_DIR'] ?? folder}})
const engines = await openEngines(settings)
for (const line of engines.lines) console.log(line)

const question = 'what time is it in the morning'
const bytes = await encodeToBytes(engines.tts.synthesize(question), 'ogg')
const median = (values: number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0
const p95 = (values: number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length * 0.95)] ?? 0

const times: TurnTimes[] = []
const bare: number[] = []
for (let turn = 0; turn < turns; turn++) {
  const session = `bench-${turn}`
  let answer = ''
  for await (const event of runTurn({speaker: 'bench', session, input: {audio: {bytes}}, language: 'en'}, engines)) {
    if (event.type !== 'done') continue
    times.push(event.times)
    answer = event.text
  }
  // The same work without the turn, one stage after the other.
  const started = performance.now()
  const {text} = await engines.stt.recognize(await readAudio({bytes}), {language: 'en'})
  for await (const _ of engines.assistant.reply({speaker: 'bench', session: `bare-${turn}`, text}));
  for await (const _ of engines.tts.synthesize(answer));
  bare.push(performance.now() - started)
}
await engines.close()

const stages = ['decodeMs', 'sttMs', 'ttftMs', 'llmMs', 'ttfaMs', 'ttsMs', 'totalMs'] as const
console.log(`\n${turns} turns\n            p50 ms   p95 ms`)
for (const stage of stages) {
  const values = times.flatMap(one => one[stage] ?? [])
  console.log(`${stage.padEnd(10)} ${median(values).toFixed(0).padStart(7)}  ${p95(values).toFixed(0).padStart(7)}`)
}
const ratio = median(times.map(({totalMs}, index) => totalMs / (bare[index] ?? 1)))
console.log(`turn / bare engines: ${ratio.toFixed(2)} (goal: at most ${goal})`)
process.exitCode = ratio <= goal ? 0 : 1
