import {rate} from './microphone.ts'
import playbackUrl from './playback.worklet.ts?worker&url'

/** Plays 16-bit PCM at `rate` as it arrives. */
export interface Speaker {
  play(pcm: Int16Array): void
  /** Is silent at once; what was not played is gone. */
  flush(): void
  readonly isSounding: boolean
  setVolume(volume: number): void
  close(): void
}

/** @param onSounds when sound begins and when there is none left */
export const openSpeaker = async (context: AudioContext, onSounds: (sounds: boolean) => void): Promise<Speaker> => {
  await context.audioWorklet.addModule(playbackUrl)
  const node = new AudioWorkletNode(context, 'playback', {numberOfInputs: 0, outputChannelCount: [1]})
  const gain = new GainNode(context)
  node.connect(gain).connect(context.destination)
  let isSounding = false
  node.port.onmessage = ({data}: MessageEvent<{sounds: boolean}>) => {
    isSounding = data.sounds
    onSounds(data.sounds)
  }
  return {
    play(pcm) {
      const samples = Float32Array.from(pcm, sample => sample / 32768)
      node.port.postMessage(samples, [samples.buffer])
    },
    flush: () => node.port.postMessage('flush'),
    get isSounding() {
      return isSounding
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

/** For a microphone and June's voice: one clock, no resampling of ours. Call it from a gesture. */
export const openContext = (): AudioContext => new AudioContext({sampleRate: rate, latencyHint: 'interactive'})
