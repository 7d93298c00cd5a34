// The level of the microphone as bars that wander to the left.

const barWidth = 3
const gap = 2
/** dBFS shown as an empty and as a full bar. */
const floor = -60
const ceiling = -12

/**
 * Draws until the signal aborts.
 * @param {HTMLCanvasElement} canvas
 * @param {AnalyserNode} analyser
 * @param {AbortSignal} signal
 * @param {(level: number) => void} onLevel 0..1, once a frame
 */
export const drawMeter = (canvas, analyser, signal, onLevel) => {
  const pen = canvas.getContext('2d')
  if (!pen) return
  const scale = window.devicePixelRatio || 1
  const width = canvas.clientWidth || canvas.width
  const height = canvas.clientHeight || canvas.height
  canvas.width = width * scale
  canvas.height = height * scale
  pen.scale(scale, scale)
  pen.fillStyle = getComputedStyle(canvas).color

  const samples = new Float32Array(analyser.fftSize)
  /** @type {number[]} */
  const levels = new Array(Math.floor(width / (barWidth + gap))).fill(0)
  const frame = () => {
    if (signal.aborted) return
    analyser.getFloatTimeDomainData(samples)
    const level = levelOf(samples)
    levels.push(level)
    levels.shift()
    pen.clearRect(0, 0, width, height)
    for (const [index, value] of levels.entries()) {
      const bar = Math.max(2, value * height)
      pen.fillRect(index * (barWidth + gap), (height - bar) / 2, barWidth, bar)
    }
    onLevel(level)
    requestAnimationFrame(frame)
  }
  frame()
}

/** @param {Float32Array} samples */
const levelOf = samples => {
  let sum = 0
  for (const sample of samples) sum += sample * sample
  const decibels = 10 * Math.log10(sum / samples.length + 1e-10)
  return Math.min(1, Math.max(0, (decibels - floor) / (ceiling - floor)))
}
