import captureUrl from './capture.worklet.ts?worker&url'
import {listeningFault, microphoneFault} from './microphone-error.ts'

/** Hz: what the Realtime API hears and says. */
export const rate = 24_000

/** A piece of 40 ms, 16-bit PCM at `rate`, and its level, 0..1 (root mean square). */
export interface Piece {
  pcm: ArrayBuffer
  level: number
}

export interface Microphone {
  /** It was unplugged, or taken away. */
  readonly isGone: boolean
  /** Goes on with another. @param deviceId of `navigator.mediaDevices`; undefined: the usual one @throws JuneError */
  use(deviceId: string | undefined): Promise<void>
  close(): void
}

export interface MicrophoneOptions {
  /** Of `navigator.mediaDevices`; the usual one where it is gone. */
  deviceId: string | undefined
  onPiece: (piece: Piece) => void
  /** It was unplugged, or taken away; `use` goes on with another. */
  onGone: () => void
}

/**
 * Opens a microphone with the browser's echo cancellation.
 * @throws JuneError DENIED, NO_MICROPHONE, INSECURE, UNSUPPORTED, MICROPHONE
 */
export const openMicrophone = async (
  context: AudioContext,
  {deviceId, onPiece, onGone}: MicrophoneOptions,
): Promise<Microphone> => {
  let input = await openInput(context, deviceId, onGone)
  let isClosed = false
  try {
    await context.audioWorklet.addModule(captureUrl)
  } catch (error) {
    input.close()
    throw error
  }
  const capture = new AudioWorkletNode(context, 'capture', {
    numberOfOutputs: 0,
    channelCount: 1,
    channelCountMode: 'explicit',
  })
  capture.port.onmessage = ({data}: MessageEvent<Piece>) => onPiece(data)
  input.source.connect(capture)
  return {
    get isGone() {
      return input.isGone()
    },
    async use(next) {
      const opened = await openInput(context, next, onGone)
      if (isClosed) return opened.close()
      input.close()
      input = opened
      input.source.connect(capture)
    },
    close() {
      isClosed = true
      input.close()
      capture.port.close()
    },
  }
}

interface Input {
  source: MediaStreamAudioSourceNode
  isGone: () => boolean
  close: () => void
}

const openInput = async (context: AudioContext, deviceId: string | undefined, onGone: () => void): Promise<Input> => {
  const stream = await microphoneStream(deviceId)
  const [track] = stream.getAudioTracks()
  const source = context.createMediaStreamSource(stream)
  track?.addEventListener('ended', onGone)
  return {
    source,
    isGone: () => track?.readyState !== 'live',
    close() {
      track?.removeEventListener('ended', onGone)
      source.disconnect()
      for (const each of stream.getTracks()) each.stop()
    },
  }
}

const microphoneStream = async (deviceId: string | undefined): Promise<MediaStream> => {
  const fault = listeningFault()
  if (fault) throw fault
  const asked = {channelCount: 1, echoCancellation: true, noiseSuppression: true, autoGainControl: true}
  try {
    return await navigator.mediaDevices.getUserMedia({
      audio: deviceId ? {...asked, deviceId: {ideal: deviceId}} : asked,
    })
  } catch (error) {
    throw microphoneFault(error)
  }
}
