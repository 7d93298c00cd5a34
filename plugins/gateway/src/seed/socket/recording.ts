import {EssenceError} from '@essence/core/kit/errors'
import type {AudioBudget, HeldAudio} from '../audio-budget.ts'
import {type Asked, optionsOf, soundOf} from '../client-message.ts'
import type {ClientFrame} from './frames.ts'

type Start = Extract<ClientFrame, {type: 'audio_start'}>

export interface RecordingOptions {
  budget: AudioBudget
  maxBytes: number
  /** ms after which a recording of which nothing more comes is dropped. */
  stallMs: number
  onStall: (error: EssenceError) => void
}

/** A recording that comes in frames. After a failure its further frames are passed over. */
export const openRecording = (start: Start, {budget, maxBytes, stallMs, onStall}: RecordingOptions) => {
  const held = budget.hold(maxBytes)
  let failed = false
  const fail = (): void => {
    failed = true
    held.drop()
    clearTimeout(timer)
  }
  const timer = setTimeout(() => {
    fail()
    onStall(new EssenceError('TIMED_OUT', `Nothing more of the recording came for ${stallMs / 1000} s; it is dropped.`))
  }, stallMs).unref()
  return {
    /** @throws AUDIO_TOO_LARGE, ENGINE_BUSY */
    push(part: Uint8Array): void {
      if (failed) return
      timer.refresh()
      try {
        held.push(part)
      } catch (error) {
        fail()
        throw error
      }
    },
    /** @returns undefined where it had failed; what is held is the caller's @throws AUDIO_EMPTY, USAGE */
    end(): {asked: Asked; held: HeldAudio} | undefined {
      if (failed) return undefined
      clearTimeout(timer)
      try {
        return {asked: {type: 'audio', audio: soundOf(held.whole(), start), ...optionsOf(start)}, held}
      } catch (error) {
        fail()
        throw error
      }
    },
    drop: fail,
  }
}

export type Recording = ReturnType<typeof openRecording>
