import type {TurnTaking} from './port.ts'

/** What the field has. */
export const turnTakingDefaults: TurnTaking = {
  endedBy: 'detector',
  eagerness: 'auto',
  silenceMs: 500,
  threshold: 0.5,
  prefixMs: 300,
  respond: true,
  interrupt: true,
  words: true,
}
