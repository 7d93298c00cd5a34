import {once} from 'node:events'
import {createInterface} from 'node:readline/promises'
import {EssenceError} from '../kit/errors.ts'

/** Whether somebody can be asked: a terminal to read from and one to write to. */
export const hasPerson = (): boolean => process.stdin.isTTY && process.stderr.isTTY

/**
 * Asks a person, on stderr.
 * @param question as it is shown, with what follows it: `Go on? [y/N] `
 * @param refused message of CANCELLED
 * @returns the answer without spaces around it; undefined for Ctrl-D
 * @throws CANCELLED for Ctrl-C
 */
export const ask = async (question: string, refused: string): Promise<string | undefined> => {
  const lines = createInterface({input: process.stdin, output: process.stderr})
  // Both reach the line, not the process.
  const interrupted = once(lines, 'SIGINT').then(() => 'interrupted' as const)
  const closed = once(lines, 'close').then(() => undefined)
  try {
    const answer = lines.question(question).then(
      text => ({text}),
      () => undefined,
    )
    const given = await Promise.race([answer, interrupted, closed])
    if (typeof given === 'object') return given.text.trim()
    // The terminal's line is still open.
    process.stderr.write('\n')
    if (given === 'interrupted') throw new EssenceError('CANCELLED', refused)
    return undefined
  } finally {
    lines.close()
  }
}

/** Anything but yes is no. */
export const isYes = (answer: string): boolean => /^y(es)?$/i.test(answer)
