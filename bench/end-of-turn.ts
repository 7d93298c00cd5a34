// End of turn: cut-offs in pauses and dead air after ends, for silence alone, Smart Turn by its makers' rule, and ours.
// usage: npm run bench -- end-of-turn   what voices said and the detector answered is kept in .essence/bench
import {openSmartTurn, packagedSmartTurnPath} from '@essence/core/conversation/end-of-turn/smart-turn'
import {silenceNeeded} from '@essence/core/conversation/end-of-turn/waiting'
import {speechToText} from '@essence/core/stt/recognizer'
import {openWhisperOnnx} from '@essence/core/stt/whisper-onnx/whisper-onnx'
import {whisper} from '../test/weights/published.ts'
import {recordedClips, spokenClips} from './end-of-turn/clips.ts'
import {type Clip, kept, type Pause, pauseMs, pausesOf} from './end-of-turn/pauses.ts'
import {type Answered, askEveryMs, best, type Rule, score} from './end-of-turn/score.ts'
import {median} from './harness.ts'

/** Where words end inside of clauses, in ms. */
const wordEnds = async (clips: readonly Clip[]): Promise<Float32Array[]> => {
  if (whisper.base.missing) throw new Error(`words cannot be told apart${whisper.base.missing}`)
  const stt = speechToText(await openWhisperOnnx({modelPath: whisper.base.path, threads: 1}))
  const found: Float32Array[] = []
  for (const {sound, language} of clips)
    found.push(
      await kept(['words', new Uint8Array(sound.buffer)], async () => {
        const {segments} = await stt.recognize(sound, {language, words: true})
        const words = segments.flatMap(segment => segment.words ?? []).slice(1, -2)
        return Float32Array.from(words.filter(({text}) => !/[.,;:!?]$/.test(text.trim())).map(({endMs}) => endMs))
      }),
    )
  await stt.close()
  return found
}

const detector = await openSmartTurn(packagedSmartTurnPath())
const answersTo = async ({sound, from, kind}: Pause): Promise<Float32Array> =>
  await kept(['answers, unrounded', new Uint8Array(sound.buffer), `${from} ${kind} ${askEveryMs}`], async () => {
    const found: number[] = []
    for (let at = from + askEveryMs * 16; at <= sound.length; at += askEveryMs * 16)
      found.push(await detector.endOfTurn(sound.subarray(0, at)))
    return Float32Array.from(found)
  })

const clips = [...(await recordedClips()), ...(await spokenClips())]
const ends = await wordEnds(clips)
const pauses = clips.flatMap((clip, i) => pausesOf(clip, ends[i] ?? new Float32Array(), i))
const answered: Answered[] = []
for (const pause of pauses) answered.push({pause, probabilities: await answersTo(pause)})

const [first] = pauses
const times: number[] = []
for (let run = 0; run < 20; run++) {
  // Of the processor, all threads of this process: what else runs on the machine does not count.
  const before = process.cpuUsage()
  await detector.endOfTurn(first?.sound ?? new Float32Array())
  const {user, system} = process.cpuUsage(before)
  times.push((user + system) / 1000)
}
await detector.close()

const steps = (from: number, to: number, step: number): number[] =>
  Array.from({length: Math.round((to - from) / step) + 1}, (_, i) => from + i * step)

/** Our rule with another shortest and longest silence than those of `medium`. */
const between = (soon: number, late: number): Rule => {
  const [least, most] = [silenceNeeded([1], 'medium').endsAtMs, silenceNeeded([0], 'medium').endsAtMs]
  return asked => soon + ((late - soon) * (silenceNeeded(asked, 'medium').endsAtMs - least)) / (most - least)
}

/** Each with what can be turned about it. */
const families: Record<string, {shipped: Rule; all: Rule[]}> = {
  'silence alone': {shipped: () => 500, all: steps(200, 3000, 50).map(ms => () => ms)},
  // Asked once in a pause; else a long silence ends the turn.
  "makers' rule": {
    shipped: ([first = 0]) => (first > 0.5 ? 200 : 3000),
    all: steps(200, 2000, 50).flatMap(soon =>
      steps(soon, 3000, 100).map(
        (late): Rule =>
          ([first = 0]) =>
            first > 0.5 ? soon : late,
      ),
    ),
  },
  ours: {
    shipped: asked => silenceNeeded(asked, 'auto').endsAtMs,
    all: steps(200, 2000, 50).flatMap(soon => steps(soon, 3000, 100).map(late => between(soon, late))),
  },
}

const otherPaces = ['low', 'high'] as const

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`.padStart(7)
const seconds = (ms: number): string => `${(ms / 1000).toFixed(2)} s`.padStart(8)

console.log(`asking takes ${median(times).toFixed(0)} ms of one core, the mel spectrogram included (median of 20)`)
const parts: [string, (answer: Answered) => boolean][] = [
  ['the half it was fitted on', ({pause}) => pause.clip.half === 'fit'],
  ['the other half', ({pause}) => pause.clip.half === 'judge'],
  ['the other half, people', ({pause}) => pause.clip.half === 'judge' && pause.clip.people],
  ['the other half, voices', ({pause}) => pause.clip.half === 'judge' && !pause.clip.people],
]
for (const [name, isPart] of parts) {
  const part = answered.filter(isPart)
  const holds = part.filter(({pause}) => pause.kind !== 'end')
  const lengths = holds.map(({pause}) => pauseMs(pause))
  console.log(
    `\n${name}: ${holds.length} pauses (median ${seconds(median(lengths)).trim()}), ${part.length - holds.length} ends, ${new Set(part.map(({pause}) => pause.clip.speaker)).size} speakers`,
  )
  console.log(`${''.padEnd(15)} cut-offs at 300, 600 ms   dead air at 5, 10 %     as it is: cut-offs, dead air, median`)
  for (const [family, {shipped, all}] of Object.entries(families)) {
    const {at300, at600, at5, at10} = best(all, part)
    const own = score(shipped, part)
    console.log(
      `${family.padEnd(15)} ${percent(at300)} ${percent(at600)}          ${seconds(at5)} ${seconds(at10)}     ${percent(own.cutOffs)} ${seconds(own.deadAirMs)} ${seconds(own.medianMs)}`,
    )
  }
  for (const pace of otherPaces) {
    const {cutOffs, deadAirMs, medianMs} = score(asked => silenceNeeded(asked, pace).endsAtMs, part)
    console.log(`ours, ${pace.padEnd(57)} ${percent(cutOffs)} ${seconds(deadAirMs)} ${seconds(medianMs)}`)
  }
}
