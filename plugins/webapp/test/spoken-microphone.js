// Runs in the page before its own code: a microphone in a quiet room, into which recordings are spoken.
let room

navigator.mediaDevices.getUserMedia = async () => {
  const context = new AudioContext({sampleRate: 24_000})
  const destination = context.createMediaStreamDestination()
  const hiss = new AudioBuffer({length: 48_000, sampleRate: 24_000})
  hiss.getChannelData(0).forEach((_, at, samples) => {
    samples[at] = (Math.random() - 0.5) * 0.0005
  })
  const source = new AudioBufferSourceNode(context, {buffer: hiss, loop: true})
  source.connect(destination)
  source.start()
  room = {context, destination}
  return destination.stream
}

/** Plays a sound file into the microphone that was opened last; resolves at its end. */
globalThis.say = async base64 => {
  const {context, destination} = room
  const buffer = await context.decodeAudioData(Uint8Array.from(atob(base64), char => char.charCodeAt(0)).buffer)
  const source = new AudioBufferSourceNode(context, {buffer})
  source.connect(destination)
  await new Promise(resolve => {
    source.onended = resolve
    source.start()
  })
}
