import {once} from 'node:events'
import {createInterface} from 'node:readline/promises'
import {EssenceError} from '../kit/errors.ts'
import {Secret} from '../kit/secret.ts'

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

/** Asks a question; undefined for no answer, Ctrl-C and Ctrl-D. */
export type AskHidden = (question: string) => Promise<Secret | undefined>

/** Asks on the terminal, without showing what is typed; absent where standard input or errors is none. */
export const askHidden = (
  input: NodeJS.ReadStream = process.stdin,
  output: NodeJS.WriteStream = process.stderr,
): AskHidden | undefined => {
  if (!input.isTTY || !output.isTTY) return undefined
  return async question => {
    output.write(question)
    input.setRawMode(true)
    input.resume()
    try {
      return await readHidden(input)
    } finally {
      input.setRawMode(false)
      input.pause()
      output.write('\n')
    }
  }
}

// Raw mode makes Ctrl-C and Ctrl-D characters too.
const endings = new Map([
  ['\r', true],
  ['\n', true],
  ['\u0003', false],
  ['\u0004', false],
])

const readHidden = (input: NodeJS.ReadStream): Promise<Secret | undefined> =>
  new Promise(resolve => {
    let typed = ''
    const done = (given: boolean): void => {
      input.off('data', onData).off('end', onEnd)
      resolve(given && typed !== '' ? new Secret(typed) : undefined)
    }
    const onEnd = (): void => done(false)
    const onData = (chunk: Buffer): void => {
      for (const character of chunk.toString('utf8')) {
        const ending = endings.get(character)
        if (ending !== undefined) {
          done(ending)
          return
        }
        typed = character === '\u007f' || character === '\b' ? typed.slice(0, -1) : typed + character
      }
    }
    input.on('data', onData).on('end', onEnd)
  })
