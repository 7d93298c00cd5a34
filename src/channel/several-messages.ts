import {isEssenceError} from '../kit/errors.ts'
import type {Said, VoiceTurn} from '../voice/events.ts'

/**
 * Several messages as the input of one turn. A recording that cannot be had is left out, so long as something is left.
 * @param said reads one of them
 * @returns the input, and why some are not in it
 * @throws CANCELLED; the first failure, where nothing is left
 */
export const inputOfAll = async <Message>(
  messages: readonly Message[],
  said: (message: Message) => Promise<Said>,
): Promise<Pick<VoiceTurn, 'input'> & {missed: unknown[]}> => {
  const all: Said[] = []
  const missed: unknown[] = []
  for (const message of messages) {
    try {
      all.push(await said(message))
    } catch (error) {
      if (isEssenceError(error) && error.code === 'CANCELLED') throw error
      missed.push(error)
    }
  }
  if (all.length === 0) throw missed[0]
  return {input: {messages: all}, missed}
}
