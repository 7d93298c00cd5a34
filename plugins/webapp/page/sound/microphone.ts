import {JuneError} from '../server/june-error.ts'
import captureUrl from './capture.worklet.ts?worker&url'

/** Hz: what the Realtime API hears and says. */
export const rate = 24_000

/** A piece of 40 ms, 16-bit PCM at `rate`, and its level, 0..1 (root mean square). */
export interface Piece {
  pcm: ArrayBuffer
  level: number
}

export interface Microphone {
  /** What it is called. */
  readonly label: string
  close(): void
}

/**
 * Opens a microphone with the browser's echo cancellation.
 * @param options.deviceId of `navigator.mediaDevices`; the usual one where it is gone
 * @param options.onEnd it was unplugged, or taken away
 * @throws JuneError DENIED, NO_MICROPHONE, INSECURE, UNSUPPORTED, MICROPHONE
 */
export const openMicrophone = async (
  context: AudioContext,
  options: {deviceId: string | undefined; onPiece: (piece: Piece) => void; onEnd: () => void},
): Promise<Microphone> => {
  const stream = await microphoneStream(options.deviceId)
  try {
    await context.audioWorklet.addModule(captureUrl)
  } catch (error) {
    stop(stream)
    throw error
  }
  const source = context.createMediaStreamSource(stream)
  const capture = new AudioWorkletNode(context, 'capture', {
    numberOfOutputs: 0,
    channelCount: 1,
    channelCountMode: 'explicit',
  })
  capture.port.onmessage = ({data}: MessageEvent<Piece>) => options.onPiece(data)
  source.connect(capture)
  const [track] = stream.getAudioTracks()
  track?.addEventListener('ended', options.onEnd)
  return {
    label: track?.label ?? '',
    close: () => {
      track?.removeEventListener('ended', options.onEnd)
      source.disconnect()
      capture.port.close()
      stop(stream)
    },
  }
}

const stop = (stream: MediaStream): void => {
  for (const track of stream.getTracks()) track.stop()
}

const microphoneStream = async (deviceId: string | undefined): Promise<MediaStream> => {
  if (!window.isSecureContext)
    throw new JuneError('INSECURE', 'The browser gives the microphone only to localhost and to https pages.', [
      `Open http://localhost:${location.port} on the machine itself, or through ssh -L.`,
    ])
  if (!navigator.mediaDevices || !('AudioWorkletNode' in window))
    throw new JuneError('UNSUPPORTED', 'This browser cannot listen.', ['Write instead, or use a current browser.'])
  const asked = {channelCount: 1, echoCancellation: true, noiseSuppression: true, autoGainControl: true}
  try {
    return await navigator.mediaDevices.getUserMedia({
      audio: deviceId ? {...asked, deviceId: {ideal: deviceId}} : asked,
    })
  } catch (error) {
    throw explained(error)
  }
}

const explained = (error: unknown): JuneError => {
  const name = error instanceof DOMException ? error.name : ''
  if (name === 'NotAllowedError')
    return new JuneError('DENIED', 'June may not use the microphone.', [
      'Allow it in the address bar of the browser, then press the button again. Writing works meanwhile.',
    ])
  if (name === 'NotFoundError')
    return new JuneError('NO_MICROPHONE', 'There is no microphone.', ['Connect one, or write instead.'])
  return new JuneError('MICROPHONE', 'The microphone does not open; another program may have it.', [
    'Close what else records, then press the button again.',
  ])
}
