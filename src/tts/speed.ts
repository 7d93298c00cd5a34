import {throwIfCancelled} from '../kit/errors.ts'
import type {VoiceEngine} from './engine.ts'

/** How fast a voice speaks. */
export interface VoiceSpeed {
  /** Real-time factor: time of synthesis ÷ time of the speech it gave. */
  rtf: number
  /** ms from a clause to its first sound. */
  firstAudioMs: number
}

/** `real-time`: good for conversation; `keeps-up`: faster than speech, but late or with nothing to spare; `slow`: slower than speech. */
export type Pace = 'real-time' | 'keeps-up' | 'slow'

/** What a voice in conversation may take. */
const realTime: VoiceSpeed = {rtf: 0.5, firstAudioMs: 300}

export const paceOf = ({rtf, firstAudioMs}: VoiceSpeed): Pace => {
  if (rtf > 1) return 'slow'
  return rtf <= realTime.rtf && firstAudioMs <= realTime.firstAudioMs ? 'real-time' : 'keeps-up'
}

/** A first clause as answers have them, and a sentence. In English: the time hangs on the length, not on the language. */
const clauses = ['Good morning.', 'It will be sunny today, with a light wind from the west, and warm in the afternoon.']

/**
 * Speaks two short clauses and takes the time. A machine that is busy with something else is slower: where the first pass is not
 * real-time, the better of two counts.
 * @param engine warm
 * @returns undefined where it gave no sound
 * @throws CANCELLED, ENGINE_FAILED
 */
export const measureVoice = async (engine: VoiceEngine, signal?: AbortSignal): Promise<VoiceSpeed | undefined> => {
  const first = await onePass(engine, signal)
  if (!first || paceOf(first) === 'real-time') return first
  const second = await onePass(engine, signal)
  return second && second.rtf < first.rtf ? second : first
}

const onePass = async (engine: VoiceEngine, signal = new AbortController().signal): Promise<VoiceSpeed | undefined> => {
  const options = {voice: engine.resolve(engine.defaultVoice), speed: 1, pitch: 0, signal}
  const elapsedMs = stopwatch(engine.info.device === 'cpu')
  let firstAudioMs: number | undefined
  let seconds = 0
  for (const clause of clauses) {
    for await (const {pcm, sampleRate} of engine.speak(clause, options)) {
      if (pcm.length === 0) continue
      firstAudioMs ??= elapsedMs()
      seconds += pcm.length / sampleRate
    }
    throwIfCancelled(signal)
  }
  return firstAudioMs === undefined ? undefined : {rtf: elapsedMs() / 1000 / seconds, firstAudioMs}
}

/**
 * On the CPU never more than the processor time this process took: waiting for a core that another program has says nothing of the
 * voice, and what is measured is kept.
 */
const stopwatch = (onCpu: boolean): (() => number) => {
  const [started, cpu] = [performance.now(), process.cpuUsage()]
  return () => {
    const wallMs = performance.now() - started
    const {user, system} = process.cpuUsage(cpu)
    return onCpu ? Math.min(wallMs, (user + system) / 1000) : wallMs
  }
}

/** What a speed means, for people: completes "piper-en_us-joe-medium …". */
export const speedText = (speed: VoiceSpeed): string => {
  const pace = paceOf(speed)
  const first = `first sound after ${Math.round(speed.firstAudioMs)} ms`
  if (pace === 'slow') return `is ${speed.rtf.toFixed(1)} × slower than speech on this machine (${first})`
  const figures = `${speed.rtf.toFixed(2)} of the time its speech takes, ${first}`
  return pace === 'real-time' ? `speaks in real time (${figures})` : `keeps up with speech, but no more (${figures})`
}
