// One voice turn on this machine, stage by stage, and what the turn adds to the bare engines; goal: at most 1.25 times them.
import {readAudio} from '@essence/core/audio/decode/decode'
import {encodeToBytes} from '@essence/core/audio/encode/encode'
import {readConfig} from '@essence/core/config/read'
import {openEngines} from '@essence/core/engines/open'
import type {TurnTimes} from '@essence/core/voice/events'
import {runTurn} from '@essence/core/voice/turn'
import {benchFolder, compare, median, quantile} from './harness.ts'

const goal = 1.25
const turns = Number(process.argv[2] ?? 25)
const folder = benchFolder()
const {settings} = await readConfig({flags: {JUNE_DATA_DIR: process.env['JUNE_DATA_DIR'] ?? folder}})
const engines = await openEngines(settings)
for (const line of engines.lines) console.log(line)

const question = 'what time is it in the morning'
const bytes = await encodeToBytes(engines.tts.synthesize(question), 'ogg')

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
  console.log(
    `${stage.padEnd(10)} ${median(values).toFixed(0).padStart(7)}  ${quantile(values, 0.95).toFixed(0).padStart(7)}`,
  )
}
const ratio = median(times.map(({totalMs}, index) => totalMs / (bare[index] ?? 1)))
compare('turn / bare engines', ratio, {atMost: goal})
