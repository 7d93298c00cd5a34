// From the press that opens the microphone to the one that sends what was said.
import {find} from './dom.js'
import {drawMeter} from './sound/meter.js'
import {record} from './sound/recorder.js'
import {say, show} from './states.js'

/** Recordings shorter than this are slips of the finger. */
const minRecordingMs = 300

const clock = find('clock', HTMLSpanElement)
const meter = find('meter', HTMLCanvasElement)
const talk = find('talk', HTMLButtonElement)

/**
 * @param {object} door
 * @param {() => number} door.maxAudioMs longest recording taken
 * @param {(error: unknown) => void} door.fail
 * @param {(audio: Promise<Blob>, sinceMs: number) => void} door.take what was said, and when it ended
 */
export const openListening = ({maxAudioMs, fail, take}) => {
  /** @type {{recording?: import('./sound/recorder.js').Recording, ended: AbortController, sinceMs: number} | undefined} */
  let listening

  const begin = async () => {
    const mine = {ended: new AbortController(), sinceMs: 0}
    listening = mine
    show('opening')
    try {
      const recording = await record()
      if (listening !== mine) return recording.cancel()
      Object.assign(mine, {recording, sinceMs: performance.now()})
      show('listening')
      drawMeter(meter, recording.analyser, mine.ended.signal, level => {
        talk.style.setProperty('--level', level.toFixed(2))
        const seconds = Math.floor((performance.now() - mine.sinceMs) / 1000)
        clock.textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`
      })
      // A hair before the server's limit: what was said so far is worth more than a refusal.
      const limit = setTimeout(finish, maxAudioMs() - 500)
      mine.ended.signal.addEventListener('abort', () => clearTimeout(limit))
    } catch (error) {
      if (listening !== mine) return
      listening = undefined
      fail(error)
    }
  }

  /** @returns the recording, if there was one */
  const end = () => {
    const ended = listening
    listening = undefined
    ended?.ended.abort()
    show('idle')
    return ended
  }

  const finish = () => {
    const nowMs = performance.now()
    const ended = end()
    if (!ended?.recording) return
    if (nowMs - ended.sinceMs < minRecordingMs) {
      ended.recording.cancel()
      say('That was too short. Press, speak, press again.')
      return
    }
    take(ended.recording.finish(), nowMs)
  }

  return {
    begin,
    /** Sends what was said. */
    finish,
    /** Throws it away. */
    cancel: () => end()?.recording?.cancel(),
    /** The microphone is being opened, or is open. */
    isOn: () => listening !== undefined,
    /** Something is recorded. */
    isRecording: () => listening?.recording !== undefined,
  }
}
