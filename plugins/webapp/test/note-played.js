// Runs in the page before its own code: notes each clip that was played to its end.
globalThis.played = []

const {start} = AudioBufferSourceNode.prototype

AudioBufferSourceNode.prototype.start = function (at) {
  this.addEventListener('ended', () => {
    const samples = this.buffer.getChannelData(0)
    let power = 0
    for (const sample of samples) power += sample * sample
    const {length, sampleRate} = this.buffer
    globalThis.played.push({at: Math.round(at * sampleRate), length, sampleRate, level: Math.sqrt(power / length)})
  })
  start.call(this, at)
}
