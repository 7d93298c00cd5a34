import {compare, quantile} from '../harness.ts'
import {recordingSets} from '../recordings.ts'
import {type Busy, type Live, openLive, openRoom} from './live-talk.ts'
import {openPerson, recordings} from './person.ts'

/** ms of a stretch in which nothing of these was going on. */
const freeIn = ({from, to}: Busy, taken: readonly Busy[]): number => {
  let [free, at] = [0, from]
  for (const one of taken.filter(busy => busy.to > from && busy.from < to).toSorted((a, b) => a.from - b.from)) {
    free += Math.max(0, one.from - at)
    at = Math.max(at, one.to)
  }
  return free + Math.max(0, to - at)
}

const questions = [
  'What is the capital of France?',
  'Can you tell me a joke?',
  'How do I make a cup of tea?',
  'Why is the sky blue?',
  'Do you think it will rain, or should I go for a walk?',
  'I have two apples and three pears. How many fruits do I have?',
  'Who wrote Romeo and Juliet?',
  'Well, I was wondering what you like to do on a Sunday.',
]
const voices = ['af_heart', 'am_michael', 'bf_emma', 'am_puck']

/** What people ask a voice, and sentences that people read out. */
const spokenSets = async (most: number): Promise<Record<string, Float32Array[]>> => {
  const person = await openPerson()
  const asked: Float32Array[] = []
  for (const [i, question] of questions.slice(0, most).entries())
    asked.push(await person.says(question, voices[i % voices.length] as string))
  await person.close()
  const sets = Object.keys(recordingSets() ?? {})
  const read = (await Promise.all(sets.map(set => recordings(set, most)))).flat().slice(0, most)
  return {questions: asked, 'recordings of people': read}
}

/** Recordings of people, each a turn of one conversation: how long June takes, how often she takes the word too soon, and what of it is ours. */
export const voiceToVoice = async (most: number): Promise<void> => {
  const live: Live = await openLive()
  for (const line of live.lines) console.log(line)
  for (const [name, sounds] of Object.entries(await spokenSets(most))) await measure(live, name, sounds)
  await live.close()
}

const measure = async (live: Live, name: string, sounds: readonly Float32Array[]): Promise<void> => {
  const room = openRoom(live, `voice ${name}`)
  const rows: {ms: number; waited: number; ours: number}[] = []
  let [cut, turns] = [0, 0]
  for (const sound of sounds) {
    const played = await room.play(sound)
    turns++
    // Whoever is answered before they are done was cut off.
    const early = room.events.find(({type, at}) => type === 'committed' && at >= played.from && at < played.to)
    if (early) cut++
    const first = await room.until('audio', played.to)
    await room.until('responseEnded', first?.at ?? played.to)
    const ended = room.events.findLast(event => event.type === 'responseEnded')
    if (early || !first || ended?.type !== 'responseEnded') continue
    const waited = ended.waitedMs ?? 0
    const ms = first.at - played.to
    const ours = freeIn({from: played.to, to: first.at}, [...live.busy, {from: played.to, to: played.to + waited}])
    rows.push({ms, waited, ours})
    console.log(
      `  ${(sound.length / 16_000).toFixed(1)} s of speech: ${ms.toFixed(0)} ms, waited ${waited}, ours ${ours.toFixed(0)}`,
    )
  }
  const discarded = room.events.filter(event => event.type === 'discarded')
  await room.close()
  const of = (name: keyof (typeof rows)[number], share: number): number =>
    quantile(
      rows.map(row => row[name]),
      share,
    )
  console.log(`${name}: ${turns} turns, ${cut} cut off (${((100 * cut) / turns).toFixed(0)} %)`)
  const pieces = discarded.reduce((sum, event) => sum + (event.type === 'discarded' ? event.pieces : 0), 0)
  console.log(`answers begun and thrown away: ${discarded.length}, about ${pieces} tokens`)
  console.log(
    `voice to voice p95 ${of('ms', 0.95).toFixed(0)} ms; waited for the end of the turn p50 ${of('waited', 0.5)} ms`,
  )
  compare(`voice to voice p50, ${name}`, of('ms', 0.5), {atMost: 1200, unit: 'ms', digits: 0})
  compare(`orchestration p95, ${name}`, of('ours', 0.95), {atMost: 60, unit: 'ms', digits: 0})
}
