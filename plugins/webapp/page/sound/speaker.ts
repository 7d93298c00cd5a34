import {rate} from './microphone.ts'
import type {PlaybackTold} from './playback.worklet.ts'
import playbackUrl from './playback.worklet.ts?worker&url'

/** Plays 16-bit PCM at `rate` as it arrives. */
export interface Speaker {
  /** An answer begins: its first sound is heard at once. */
  begin(): void
  play(pcm: Int16Array): void
  /** Is silent at once; what was not played is gone. */
  flush(): void
  /** How loud it is now, 0..1 (root mean square). */
  readonly level: number
  /** 0..1 */
  setVolume(volume: number): void
  close(): void
}

/** Name of the measures, in the page's performance timeline, from the first bytes of June's voice to the moment they are heard. */
export const soundStart = 'sound-start'

/** @param onSounds when there is sound to be heard, and when none of it is left */
export const openSpeaker = async (context: AudioContext, onSounds: (sounds: boolean) => void): Promise<Speaker> => {
  await context.audioWorklet.addModule(playbackUrl)
  const node = new AudioWorkletNode(context, 'playback', {numberOfInputs: 0, outputChannelCount: [1]})
  const analyser = new AnalyserNode(context, {fftSize: 512})
  const gain = new GainNode(context)
  node.connect(analyser).connect(gain).connect(context.destination)
  const window = new Float32Array(analyser.fftSize)
  let sounds = false
  const tell = (now: boolean): void => {
    if (now === sounds) return
    sounds = now
    onSounds(now)
  }
  /** When the first bytes of an answer came that has not been heard yet, in ms. */
  let cameAt: number | undefined
  /** Pieces and flushes given to the audio thread. */
  let given = 0
  const give = (message: Float32Array | 'flush'): void => {
    given++
    node.port.postMessage(message, message instanceof Float32Array ? [message.buffer] : [])
  }
  node.port.onmessage = ({data}: MessageEvent<PlaybackTold>) => {
    // There was none left, and more is on its way.
    if (!data.sounds && data.taken < given) return
    if (data.sounds && cameAt !== undefined) {
      performance.measure(soundStart, {start: cameAt, end: Math.max(cameAt, momentOf(context, data.at))})
      cameAt = undefined
    }
    tell(data.sounds)
  }
  return {
    begin() {
      cameAt = performance.now()
      node.port.postMessage('begin')
    },
    play(pcm) {
      if (pcm.length === 0) return
      give(Float32Array.from(pcm, sample => sample / 32768))
      tell(true)
    },
    flush() {
      cameAt = undefined
      give('flush')
    },
    get level() {
      analyser.getFloatTimeDomainData(window)
      return Math.sqrt(window.reduce((sum, sample) => sum + sample * sample, 0) / window.length)
    },
    setVolume(volume) {
      gain.gain.value = volume
    },
    close() {
      node.port.close()
      gain.disconnect()
    },
  }
}

/** When sound of a time of the context is heard, in ms of the page. */
const momentOf = (context: AudioContext, time: number): number => {
  const {contextTime = 0, performanceTime = 0} = context.getOutputTimestamp()
  return performanceTime + (time - contextTime) * 1000
}

/** For a microphone and June's voice: one clock, no resampling of ours. Call it from a gesture. */
export const openContext = (): AudioContext => new AudioContext({sampleRate: rate, latencyHint: 'interactive'})
