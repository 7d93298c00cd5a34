import {openLiveResampler} from '../../../audio/live-resampler.ts'
import type {EchoCanceller} from '../../../conversation/echo/port.ts'
import type {LiveConversation} from '../../../conversation/port.ts'
import {frameMs, frameSamples, type LiveInput} from '../../sound/live-input.ts'
import type {LiveOutput} from '../../sound/live-output.ts'
import {speakerLine} from '../../sound/speaker-line.ts'
import type {LiveTurns} from './live-turns.ts'
import type {liveView} from './live-view.ts'

/** Hz of what is played, and its samples while one frame of the microphone is heard. */
export const playedRate = 24_000
const playedSamples = (frameSamples * playedRate) / 16_000

/** ms without anything after which a recording that has ended is not answered any more: longer than anybody is waited for. */
const quietMs = 3500
/** ms of nothing at all after which a microphone is said to be silent. */
const silentMs = 5000

export interface Talk {
  conversation: LiveConversation
  input: LiveInput
  output: LiveOutput
  /** Where what is played comes back into what is heard. */
  echo: EchoCanceller | undefined
  turns: LiveTurns
  view: ReturnType<typeof liveView>
  /** Told once, where a microphone gives nothing. */
  onSilent: () => void
}

/**
 * Holds a live conversation until the input ends, or a recording has been answered.
 * @throws what input, output and the conversation throw
 */
export const runTalk = async ({conversation, input, output, echo, turns, view, onSilent}: Talk): Promise<void> => {
  const line = speakerLine()
  const [toPlayed, toReference] = await Promise.all([openLiveResampler(playedRate), openLiveResampler(16_000)])
  let lastAt = performance.now()
  const follow = async (): Promise<void> => {
    for await (const event of conversation.events) {
      lastAt = performance.now()
      if (event.type === 'audio') line.push(toPlayed.push(event))
      // She is to be quiet at once: what is in line is not played any more.
      if (event.type === 'responseEnded' && event.status !== 'completed') line.clear()
      turns.take(event)
      view.show(event)
    }
  }
  const feed = async (): Promise<void> => {
    let silentFrames = 0
    for await (const frame of input.frames) {
      const playing = line.take(playedSamples)
      output.play(playing)
      echo?.played(toReference.push({pcm: playing, sampleRate: playedRate}))
      conversation.hear(echo?.cancel(frame) ?? frame)
      view.hear(frame)
      silentFrames = frame.every(sample => sample === 0) ? silentFrames + 1 : 0
      if (!input.isFile && silentFrames * frameMs === silentMs) onSilent()
      if (input.isOver && !turns.isBusy && performance.now() - lastAt > quietMs) return
    }
  }
  const following = follow()
  try {
    await Promise.race([feed(), output.failed, following])
  } finally {
    await conversation.close()
    await following.catch(() => {})
    toPlayed.close()
    toReference.close()
    echo?.close()
  }
}
