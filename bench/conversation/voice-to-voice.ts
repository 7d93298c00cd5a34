import {readAudio} from '@essence/core/audio/decode/decode'
import {compare, quantile} from '../harness.ts'
import {recordingSets} from '../recordings.ts'
import {type Busy, type Live, openLive, openRoom} from './live-talk.ts'

/** ms of a stretch in which nothing of these was going on. */
const freeIn = ({from, to}: Busy, taken: readonly Busy[]): number => {
  let [free, at] = [0, from]
  for (const one of taken.filter(busy => busy.to > from && busy.from < to).toSorted((a, b) => a.from - b.from)) {
    free += Math.max(0, one.from - at)
    at = Math.max(at, one.to)
  }
  return free + Math.max(0, to - at)
}

/** The end of speech in a recording, in samples: where its last 10 ms louder than −40 dB of its peak end. */
const speechEnd = (sound: Float32Array): number => {
  const peak = sound.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0)
  const last = sound.findLastIndex(sample => Math.abs(sample) > peak / 30)
  return last + 160
}

/** Recordings of people, each a turn of one conversation: how long June takes, how often she takes the word too soon, and what of it is ours. */
export const voiceToVoice = async (most: number): Promise<void> => {
  const live: Live = await openLive()
  for (const line of live.lines) console.log(line)
  const recordings = Object.values(recordingSets() ?? {})
    .flat()
    .slice(0, most)
  const room = openRoom(live, 'voice')
  const rows: {ms: number; waited: number; ours: number}[] = []
  let [cut, turns] = [0, 0]
  for (const {path} of recordings) {
    const whole = await readAudio({path}, {sampleRate: 16_000})
    const sound = whole.subarray(0, speechEnd(whole))
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
    console.log(`${path.split('/').at(-1)?.padEnd(48)} ${ms.toFixed(0)} ms, waited ${waited}, ours ${ours.toFixed(0)}`)
  }
  const discarded = room.events.filter(event => event.type === 'discarded')
  await room.close()
  await live.close()
  const of = (name: keyof (typeof rows)[number], share: number): number =>
    quantile(
      rows.map(row => row[name]),
      share,
    )
  console.log(`\n${turns} turns, ${cut} cut off (${((100 * cut) / turns).toFixed(0)} %)`)
  const pieces = discarded.reduce((sum, event) => sum + (event.type === 'discarded' ? event.pieces : 0), 0)
  console.log(`answers begun and thrown away: ${discarded.length}, about ${pieces} tokens`)
  console.log(
    `voice to voice p95 ${of('ms', 0.95).toFixed(0)} ms; waited for the end of the turn p50 ${of('waited', 0.5)} ms`,
  )
  compare('voice to voice p50', of('ms', 0.5), {atMost: 1200, unit: 'ms', digits: 0})
  compare('orchestration p95', of('ours', 0.95), {atMost: 60, unit: 'ms', digits: 0})
}
