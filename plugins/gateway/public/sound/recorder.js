// The microphone: one recording at a time, opened when asked and closed at its end.
import {TurnError} from '../turn.js'

/** What browsers record, best first: Opus in WebM, and Safari's AAC in MP4. */
const formats = ['audio/webm;codecs=opus', 'audio/mp4', 'audio/ogg;codecs=opus']

/**
 * @typedef {object} Recording
 * @property {AnalyserNode} analyser what the microphone hears now
 * @property {() => Promise<Blob>} finish ends it and gives the sound
 * @property {() => void} cancel ends it and throws the sound away
 */

/**
 * Opens the microphone and records.
 * @returns {Promise<Recording>}
 */
export const record = async () => {
  const stream = await openMicrophone()
  const mimeType = formats.find(format => MediaRecorder.isTypeSupported(format))
  const recorder = new MediaRecorder(stream, mimeType ? {mimeType, audioBitsPerSecond: 48_000} : {})
  /** @type {Blob[]} */
  const parts = []
  recorder.addEventListener('dataavailable', event => parts.push(event.data))
  const stopped = new Promise(resolve => recorder.addEventListener('stop', resolve, {once: true}))

  const context = new AudioContext()
  const analyser = new AnalyserNode(context, {fftSize: 1024})
  context.createMediaStreamSource(stream).connect(analyser)

  const end = async () => {
    if (recorder.state !== 'inactive') recorder.stop()
    await stopped
    for (const track of stream.getTracks()) track.stop()
    await context.close()
  }
  recorder.start()
  return {
    analyser,
    finish: async () => {
      await end()
      return new Blob(parts, {type: recorder.mimeType})
    },
    cancel: () => void end(),
  }
}

const openMicrophone = async () => {
  if (!window.isSecureContext) {
    throw new TurnError('INSECURE', 'The browser gives the microphone only to localhost and to https pages.', [
      `Open http://localhost:${location.port} on the machine itself, or through ssh -L.`,
    ])
  }
  if (!navigator.mediaDevices || !('MediaRecorder' in window)) {
    throw new TurnError('UNSUPPORTED', 'This browser cannot record sound.', [
      'Write instead, or use a current browser.',
    ])
  }
  try {
    return await navigator.mediaDevices.getUserMedia({
      audio: {channelCount: 1, echoCancellation: true, noiseSuppression: true, autoGainControl: true},
    })
  } catch (error) {
    throw explained(error)
  }
}

/** @param {unknown} error */
const explained = error => {
  const name = error instanceof DOMException ? error.name : ''
  if (name === 'NotAllowedError') {
    return new TurnError('DENIED', 'June may not use the microphone.', [
      'Allow it in the address bar of the browser, then press the button again. Writing works meanwhile.',
    ])
  }
  if (name === 'NotFoundError') {
    return new TurnError('NO_MICROPHONE', 'There is no microphone.', ['Connect one, or write instead.'])
  }
  return new TurnError('MICROPHONE', 'The microphone does not open; another program may have it.', [
    'Close what else records, then press the button again.',
  ])
}
