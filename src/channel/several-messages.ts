import {isEssenceError} from '../kit/errors.ts'
import type {Said, VoiceTurn} from '../voice/events.ts'

/** Messages that are answered together, at most. */
const maxTogether = 20

interface Written {
  kind: 'text'
  text: string
}

/**
 * What two messages say, as one: a text where both are written.
 * @param before what the first one says; nothing: it is answered by itself
 * @param after the same of the next one
 * @returns undefined where they cannot be answered together
 */
export const together = <Sound extends {kind: 'sound'}>(
  before: readonly (Sound | Written)[],
  after: readonly (Sound | Written)[],
): Written | {kind: 'collected'; said: (Sound | Written)[]} | undefined => {
  const said = [...before, ...after]
  if (before.length === 0 || after.length === 0 || said.length > maxTogether) return undefined
  const texts = said.flatMap(one => (one.kind === 'text' ? [one.text] : []))
  return texts.length === said.length ? {kind: 'text', text: texts.join('\n')} : {kind: 'collected', said}
}

/**
 * Several messages as the input of one turn. A recording that cannot be had is left out, so long as something is left.
 * @param said reads one of them
 * @returns the input, and why some are not in it
 * @throws CANCELLED; the first failure, where nothing is left
 */
export const inputOfAll = async <Message>(
  messages: readonly Message[],
  said: (message: Message) => Promise<Said>,
): Promise<Pick<VoiceTurn, 'input'> & {missed: readonly unknown[]}> => {
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
