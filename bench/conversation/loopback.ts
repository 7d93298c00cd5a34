import {openLiveResampler} from '@essence/core/audio/live-resampler'
import {openEchoCanceller} from '@essence/core/conversation/echo/echo-canceller'
import {compare} from '../harness.ts'
import {openLive, openRoom, rate} from './live-talk.ts'

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

/** June hears herself from a loudspeaker, 20 dB fainter and 120 ms late, and nobody else: with and without echo cancellation. */
export const loopback = async (minutes: number): Promise<void> => {
  let part = 0
  const live = await openLive(() => Array.from({length: 6}, () => sentences[part++ % sentences.length]).join(''))
  for (const canceller of [openEchoCanceller(), undefined]) {
    const name = canceller ? 'with echo cancellation' : 'without'
    const room = openRoom(live, `loopback ${name}`)
    const resampler = await openLiveResampler(rate)
    const delay = new Float32Array((delayMs * rate) / 1000)
    let loudspeaker: number[] = []
    let taken = 0
    let at = 0
    const until = performance.now() + (minutes / 2) * 60_000
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
    let spokenMs = 0
    while (performance.now() < until) {
      const began = performance.now()
      room.conversation.respond({text: 'go on'})
      const ended = await room.until('responseEnded', began, 120_000)
      spokenMs += ended?.heardMs ?? 0
    }
    const count = (type: string): number => room.events.filter(event => event.type === type).length
    const interrupted = room.events.filter(event => event.type === 'responseEnded' && event.status === 'interrupted')
    console.log(
      `${name}: ${(spokenMs / 60_000).toFixed(1)} minutes of speech; held ${count('held')} times, interrupted ${interrupted.length}, ` +
        `answered herself ${count('committed')}`,
    )
    for (const event of room.events)
      if (event.type === 'transcript') console.log(`  heard herself: ${event.transcript.text}`)
    compare(`answers to herself ${name}`, count('committed'), {atMost: 0, unit: '', digits: 0})
    await room.close()
    resampler.close()
    canceller?.close()
  }
  await live.close()
}
