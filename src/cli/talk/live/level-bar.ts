const steps = '▁▂▃▄▅▆▇█'
const width = 5
/** dB of full scale of the lowest step, and between two. */
const [lowestDb, stepDb] = [-60, 7]

/** The level of a microphone over the last half of a second. */
export const levelBar = () => {
  let shown = '▁'.repeat(width)
  let loudest = 0
  return {
    get text(): string {
      return `mic ${shown}`
    },
    /** Mono, −1..1. */
    take(frame: Float32Array): void {
      for (const sample of frame) loudest = Math.max(loudest, Math.abs(sample))
    },
    /** Moves on by one column. */
    step(): void {
      const step = Math.ceil((20 * Math.log10(loudest + 1e-9) - lowestDb) / stepDb)
      shown = shown.slice(1) + steps[Math.max(0, Math.min(steps.length - 1, step))]
      loudest = 0
    },
  }
}
