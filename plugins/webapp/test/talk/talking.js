// Runs in the page before its own code: a microphone that the test speaks into, and what comes out of June's voice.
let loud
let microphone
globalThis.asked = []
globalThis.tracks = []

navigator.mediaDevices.getUserMedia = async ({audio}) => {
  const context = new AudioContext({sampleRate: 24_000})
  const [oscillator, gain] = [new OscillatorNode(context, {frequency: 300}), new GainNode(context, {gain: 0})]
  const destination = context.createMediaStreamDestination()
  oscillator.connect(gain).connect(destination)
  oscillator.start()
  loud = gain.gain
  microphone = destination
  const [track] = destination.stream.getAudioTracks()
  globalThis.asked.push(audio.deviceId?.ideal ?? 'usual')
  globalThis.tracks.push(track)
  return destination.stream
}

/** Somebody speaks, as long as they do. */
globalThis.speak = isSpeaking => {
  loud.value = isSpeaking ? 0.5 : 0
}

/** Somebody says what was recorded: 16-bit PCM, 24 kHz, in base64. */
globalThis.sayRecorded = base64 => {
  const pcm = new Int16Array(Uint8Array.from(atob(base64), char => char.charCodeAt(0)).buffer)
  const buffer = new AudioBuffer({length: pcm.length, sampleRate: 24_000})
  buffer.copyToChannel(
    Float32Array.from(pcm, sample => sample / 32_768),
    0,
  )
  const source = new AudioBufferSourceNode(microphone.context, {buffer})
  source.connect(microphone)
  source.start()
}

/** When the output was not silent, in ms of the page. */
globalThis.soundedAt = 0
/** ms of sound the page was given to play. */
globalThis.givenMs = 0

const {connect} = AudioNode.prototype
AudioNode.prototype.connect = function (to, ...more) {
  if (to instanceof AudioDestinationNode) {
    const analyser = new AnalyserNode(this.context, {fftSize: 1024})
    connect.call(this, analyser)
    const window = new Float32Array(analyser.fftSize)
    setInterval(() => {
      analyser.getFloatTimeDomainData(window)
      if (window.some(sample => Math.abs(sample) > 0.01)) globalThis.soundedAt = performance.now()
    }, 10)
  }
  return connect.call(this, to, ...more)
}

const {postMessage} = MessagePort.prototype
MessagePort.prototype.postMessage = function (data, ...more) {
  if (data instanceof Float32Array) globalThis.givenMs += data.length / 24
  postMessage.call(this, data, ...more)
}
