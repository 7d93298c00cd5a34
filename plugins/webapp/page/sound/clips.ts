// Plays clips of June's voice one after the other, without a gap, while more arrive.
import {usePreferences} from '../settings/preferences.ts'
import {fromBase64} from './base64.ts'
import {openOutput} from './output.ts'

/** Seconds between scheduling and sounding: enough that a clip does not begin late and run into the next. */
const lead = 0.02

let context: AudioContext | undefined
let gain: GainNode | undefined
const playing = new Set<AudioBufferSourceNode>()
/** When the next clip starts, in samples of the context's clock. */
let next = 0
/** What was queued before `stopClips` belongs to an older run and is not played. */
let run = 0
let tail = Promise.resolve()
const waiting: (() => void)[] = []

/**
 * Browsers let a page sound only after a gesture: call this from one.
 * @param sampleRate of the clips to come, Hz: of this rate they join without a seam
 */
export const unlockClips = (sampleRate: number | undefined): void => {
  if (context && sampleRate !== undefined && context.sampleRate !== sampleRate && playing.size === 0) {
    // June speaks with another voice now.
    void context.close().catch(() => {})
    context = undefined
  }
  context ??= opened(sampleRate)
  if (context.state === 'suspended') void context.resume().catch(() => {})
}

const opened = (sampleRate: number | undefined): AudioContext => {
  const made = openOutput({latencyHint: 'interactive', ...(sampleRate === undefined ? {} : {sampleRate})})
  gain = made.out
  next = 0
  return made.context
}

usePreferences.subscribe(({volume}) => {
  if (gain) gain.gain.value = volume
})

/**
 * Decodes a clip and plays it after those before it.
 * @param base64 a playable file
 * @param onPlaced called when the clip has its place, with the ms until it sounds
 */
export const playClip = (base64: string, onPlaced: (clip: AudioBuffer, delayMs: number) => void): void => {
  const [mine, of] = [context, run]
  if (!mine) return
  const decoded = mine.decodeAudioData(fromBase64(base64).buffer).catch(() => undefined)
  // Decoding may finish out of order; scheduling may not.
  tail = tail.then(async () => {
    const clip = await decoded
    if (clip && of === run) onPlaced(clip, place(mine, clip))
  })
}

/** Clips one after the other, as 16-bit PCM at their rate. */
export const pcmOfClips = (clips: readonly AudioBuffer[]): Int16Array => {
  const all = new Int16Array(clips.reduce((sum, {length}) => sum + length, 0))
  let at = 0
  for (const clip of clips)
    for (const sample of clip.getChannelData(0)) all[at++] = Math.round(Math.max(-1, Math.min(1, sample)) * 32767)
  return all
}

/** Silent at once. */
export const stopClips = (): void => {
  run++
  next = 0
  for (const source of playing) source.stop()
  playing.clear()
  settle()
}

/** Resolves when every clip so far is decoded and has its place. */
export const clipsPlaced = (): Promise<void> => tail

/** Resolves when nothing is left to play; at once where the browser lets nothing sound. */
export const clipsPlayed = async (): Promise<void> => {
  await tail
  if (playing.size === 0 || context?.state !== 'running') return
  await new Promise<void>(resolve => waiting.push(resolve))
}

/** @returns ms until it sounds */
const place = (on: AudioContext, clip: AudioBuffer): number => {
  const source = new AudioBufferSourceNode(on, {buffer: clip})
  source.connect(gain ?? on.destination)
  // Whole samples: a clip that starts between two of them would be interpolated, and its seam heard.
  const first = Math.max(next, Math.ceil((on.currentTime + lead) * on.sampleRate))
  const start = first / on.sampleRate
  source.start(start)
  next = first + clip.length
  playing.add(source)
  source.addEventListener('ended', () => {
    if (playing.delete(source) && playing.size === 0) settle()
  })
  return (start - on.currentTime + (on.outputLatency || on.baseLatency || 0)) * 1000
}

const settle = (): void => {
  for (const resolve of waiting.splice(0)) resolve()
}
