import type {EndOfTurnDetector} from './port.ts'

/**
 * No detector: whoever is silent is done, and the caller's silence decides alone.
 * @param why the reason, for people
 */
export const silenceAlone = (why: string): EndOfTurnDetector => ({
  description: `silence only: ${why}`,
  endOfTurn: async () => 1,
  close: async () => {},
})
