import {fromDbfs} from '../audio/dsp/levels.ts'
import {amplifyLimited} from '../audio/dsp/limiter.ts'
import {gatingBlocks, integratedLoudness} from '../audio/dsp/loudness.ts'
import {runYielding} from '../kit/flow/cooperative.ts'

/** LUFS of all speech: what AES TD1008 (2021) recommends for spoken word on streams, measured in one channel. */
export const targetLufs = -18

/** dB the gain moves at most from one clause to the next: a voice may raise and drop itself within a text. */
const maxStep = 3
/** dB: what is quieter than this would be noise made loud. */
const maxGain = 40
/** Gating blocks remembered: a minute. */
const maxBlocks = 600

export interface Leveller {
  /**
   * Brings a clause to the target, where it stands: the first exactly, the others so that all so far together have it, in
   * small moves. Its true peak stays under −1 dBTP.
   * @param db above or below the target, as its prosody wants
   */
  level(clause: Float32Array, db: number): Promise<void>
}

export const openLeveller = (sampleRate: number): Leveller => {
  let past: number[] = []
  let gain: number | undefined

  return {
    async level(clause, db) {
      const amplify = (factor: number): Promise<void> => runYielding(amplifyLimited(clause, factor, sampleRate))
      const blocks = await runYielding(gatingBlocks(clause, sampleRate))
      const own = targetLufs - integratedLoudness(blocks)
      // Nothing in it is loud enough to be measured.
      if (!Number.isFinite(own)) return amplify(fromDbfs((gain ?? 0) + db))
      const [low, high] = gain === undefined ? [-maxGain, maxGain] : [gain - maxStep, Math.min(maxGain, gain + maxStep)]
      const raised = (by: number): number[] => blocks.map(block => block * 10 ** (by / 10))
      let wanted = own
      // The gate makes it a little more than one sum.
      for (let i = 0; i < 4; i++) {
        wanted = Math.max(low, Math.min(high, wanted + targetLufs - integratedLoudness([...past, ...raised(wanted)])))
      }
      gain = wanted
      past = [...past, ...raised(wanted)].slice(-maxBlocks)
      await amplify(fromDbfs(wanted + db))
    },
  }
}
