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
 * @param signal takes the question back
 * @returns the answer without spaces around it; undefined for Ctrl-D, and where the question was taken back
 * @throws CANCELLED for Ctrl-C
 */
export const ask = async (question: string, refused: string, signal?: AbortSignal): Promise<string | undefined> => {
  const lines = createInterface({input: process.stdin, output: process.stderr})
  // Both reach the line, not the process.
  const interrupted = once(lines, 'SIGINT').then(() => 'interrupted' as const)
  const closed = once(lines, 'close').then(() => undefined)
  try {
    const answer = lines.question(question, {...(signal && {signal})}).then(
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
    const typed = await readHidden(question, input, output)
    return typed === 'interrupted' ? undefined : typed
  }
}

/**
 * Asks a person for a secret, on stderr, without showing what is typed.
 * @param refused message of CANCELLED
 * @returns undefined for no answer, and for Ctrl-D
 * @throws CANCELLED for Ctrl-C
 */
export const askSecret = async (question: string, refused: string): Promise<Secret | undefined> => {
  const typed = await readHidden(question, process.stdin, process.stderr)
  if (typed === 'interrupted') throw new EssenceError('CANCELLED', refused)
  return typed
}

type Hidden = Secret | 'interrupted' | undefined

const readHidden = async (question: string, input: NodeJS.ReadStream, output: NodeJS.WriteStream): Promise<Hidden> => {
  output.write(question)
  input.setRawMode(true)
  input.resume()
  try {
    return await typedHidden(input)
  } finally {
    input.setRawMode(false)
    input.pause()
    output.write('\n')
  }
}

// Raw mode makes Ctrl-C and Ctrl-D characters too.
type Ending = 'given' | 'interrupted' | 'ended'
const endings: ReadonlyMap<string, Ending> = new Map([
  ['\r', 'given'],
  ['\n', 'given'],
  ['\u0003', 'interrupted'],
  ['\u0004', 'ended'],
])

const typedHidden = (input: NodeJS.ReadStream): Promise<Hidden> =>
  new Promise(resolve => {
    let typed = ''
    const done = (ending: Ending): void => {
      input.off('data', onData).off('end', onEnd)
      if (ending === 'interrupted') resolve(ending)
      else resolve(ending === 'given' && typed !== '' ? new Secret(typed) : undefined)
    }
    const onEnd = (): void => done('ended')
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
