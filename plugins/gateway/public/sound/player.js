// Plays clips one after the other, without a gap, while more arrive.

/** Seconds between scheduling and sounding: enough that the first samples are not cut. */
const lead = 0.03

/** One step of the volume, and the least it goes down to by steps: what is asked to be softer is still heard. */
const step = 0.2

export class Player {
  /** @type {AudioContext | undefined} */
  #context
  /** @type {GainNode | undefined} */
  #gain
  /** 0 to 1. */
  #volume = 1
  /** @type {Set<AudioBufferSourceNode>} */
  #playing = new Set()
  /** Hz; clips of this rate join without a seam. @type {number | undefined} */
  sampleRate
  /** When the next clip starts, in samples of the context's clock. */
  #next = 0
  /** What was queued before `stop` belongs to an older run and is not played. */
  #run = 0
  #tail = Promise.resolve()
  /** @type {(() => void)[]} */
  #waiting = []

  /** Browsers let a page sound only after a gesture: call this from a click or key handler. */
  unlock() {
    const context = this.#context
    // June speaks with another voice now.
    if (context && this.sampleRate && context.sampleRate !== this.sampleRate && this.#playing.size === 0) {
      this.#context = undefined
      context.close().catch(() => {})
    }
    this.#context ??= new AudioContext(this.sampleRate ? {sampleRate: this.sampleRate} : {})
    if (this.#gain?.context !== this.#context) {
      this.#gain = new GainNode(this.#context, {gain: this.#volume})
      this.#gain.connect(this.#context.destination)
    }
    if (this.#context.state === 'suspended') this.#context.resume().catch(() => {})
  }

  /**
   * Decodes a clip and plays it after those before it.
   * @param {string} base64 a playable file
   * @param {(clip: AudioBuffer, delayMs: number) => void} scheduled called when the clip has its place, with the ms until it sounds
   */
  play(base64, scheduled) {
    const context = this.#context
    if (!context) return
    const run = this.#run
    const decoded = context.decodeAudioData(Uint8Array.from(atob(base64), char => char.charCodeAt(0)).buffer)
    // Decoding may finish out of order; scheduling may not.
    this.#tail = this.#tail.then(async () => {
      const clip = await decoded.catch(() => undefined)
      if (clip && run === this.#run) scheduled(clip, this.#schedule(context, clip))
    })
  }

  /** @param {AudioBuffer[]} clips */
  replay(clips) {
    this.stop()
    this.unlock()
    if (this.#context) for (const clip of clips) this.#schedule(this.#context, clip)
  }

  /** Also of what plays already. @param {{level?: number, step?: number}} change */
  setVolume({level, step: steps = 0}) {
    const volume = level ?? Math.max(step, this.#volume + steps * step)
    this.#volume = Math.min(1, Math.max(0, volume))
    if (this.#gain) this.#gain.gain.value = this.#volume
  }

  stop() {
    this.#run++
    this.#next = 0
    for (const source of this.#playing) source.stop()
    this.#playing.clear()
    this.#settle()
  }

  /** Resolves when every clip so far is decoded and has its place. */
  scheduled() {
    return this.#tail
  }

  /** Resolves when nothing is left to play; at once where the browser lets nothing sound. */
  async finished() {
    await this.#tail
    if (this.#playing.size === 0 || this.#context?.state !== 'running') return
    await new Promise(resolve => this.#waiting.push(() => resolve(undefined)))
  }

  /**
   * @param {AudioContext} context
   * @param {AudioBuffer} clip
   * @returns ms until it sounds
   */
  #schedule(context, clip) {
    const source = new AudioBufferSourceNode(context, {buffer: clip})
    source.connect(this.#gain ?? context.destination)
    // Whole samples: a clip that starts between two of them would be interpolated, and its seam heard.
    const first = Math.max(this.#next, Math.ceil((context.currentTime + lead) * context.sampleRate))
    const start = first / context.sampleRate
    source.start(start)
    this.#next = first + clip.length
    this.#playing.add(source)
    source.addEventListener('ended', () => {
      if (this.#playing.delete(source) && this.#playing.size === 0) this.#settle()
    })
    return (start - context.currentTime + (context.outputLatency || context.baseLatency || 0)) * 1000
  }

  #settle() {
    for (const resolve of this.#waiting.splice(0)) resolve()
  }
}
