import {openLiveResampler} from '@essence/core/audio/live-resampler'
import {openEchoCanceller} from '@essence/core/conversation/echo/echo-canceller'
import {compare} from '../harness.ts'
import {type Live, openLive, openRoom, rate} from './live-talk.ts'

/** What June says: each answer another part of it, so that no two are alike. */
const sentences =
  `The lighthouse stood on a rock far from the shore. Its keeper had lived there for thirty years. Every evening he climbed the
  stairs and lit the lamp. Ships passed in the distance, small as toys. In winter the waves covered the windows. In summer birds came and
  built their nests. Do you want to hear what happened next? A boat came one morning with a letter in it. Nobody knew who had sent it. What
  would you have done? He put it on the table and looked at it for a whole day. Then he went down to the water.`
    .replaceAll(/\s+/g, ' ')
    .match(/[^.?]+[.?]/g) as string[]

const gain = 10 ** (-20 / 20)
const delayMs = 120

/** Conversations at once: each is a room of its own. */
const rooms = 4
/** Share of the time that is spent without echo cancellation. */
const shareWithout = 1 / 10

/** June hears herself from a loudspeaker, 20 dB fainter and 120 ms late, and nobody else. @param minutes of loopback, all rooms together */
export const loopback = async (minutes: number): Promise<void> => {
  let part = 0
  const live = await openLive(() => Array.from({length: 6}, () => sentences[part++ % sentences.length]).join(''))
  for (const isCancelled of [true, false]) {
    const name = isCancelled ? 'with echo cancellation' : 'without'
    const each = (isCancelled ? minutes : minutes * shareWithout) / rooms
    const done = await Promise.all(
      Array.from({length: rooms}, (_, i) => oneRoom(live, `${name} ${i}`, each, isCancelled)),
    )
    const sum = (what: keyof (typeof done)[number]): number => done.reduce((total, one) => total + one[what], 0)
    console.log(
      `${name}: ${sum('spokenMinutes').toFixed(1)} minutes of her speech in ${(each * rooms).toFixed(0)}; ` +
        `held ${sum('held')} times, interrupted ${sum('interrupted')}, answered herself ${sum('answers')}`,
    )
    compare(`answers to herself ${name}`, sum('answers'), {atMost: 0, digits: 0})
  }
  await live.close()
}

const oneRoom = async (live: Live, name: string, minutes: number, isCancelled: boolean) => {
  const canceller = isCancelled ? openEchoCanceller() : undefined
  const room = openRoom(live, `loopback ${name}`)
  const resampler = await openLiveResampler(rate)
  const delay = new Float32Array((delayMs * rate) / 1000)
  let loudspeaker: number[] = []
  let taken = 0
  let at = 0
  room.listenBeside(piece => {
    for (; taken < room.events.length; taken++) {
      const event = room.events[taken]
      if (event?.type === 'audio') loudspeaker.push(...resampler.push(event))
    }
    const played = Float32Array.from(piece, (_, i) => loudspeaker[i] ?? 0)
    loudspeaker = loudspeaker.slice(piece.length)
    canceller?.played(played)
    for (let i = 0; i < piece.length; i++) {
      piece[i] = (piece[i] as number) + gain * (delay[at] as number)
      delay[at] = played[i] as number
      at = (at + 1) % delay.length
    }
    if (canceller) piece.set(canceller.cancel(piece))
  })
  const until = performance.now() + minutes * 60_000
  let spokenMs = 0
  while (performance.now() < until) {
    // One that answers her own voice is cancelled first, and ends as well.
    const id = room.conversation.respond({text: 'go on'})
    const ended = await room.ended(id, 120_000)
    spokenMs += ended?.heardMs ?? 0
  }
  const count = (type: string): number => room.events.filter(event => event.type === type).length
  for (const event of room.events)
    if (event.type === 'transcript') console.log(`  heard herself: ${event.transcript.text}`)
  const interrupted = room.events.filter(
    event => event.type === 'responseEnded' && event.status === 'interrupted',
  ).length
  await room.close()
  resampler.close()
  canceller?.close()
  return {spokenMinutes: spokenMs / 60_000, held: count('held'), interrupted, answers: count('committed')}
}
