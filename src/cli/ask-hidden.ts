import {Secret} from '../kit/secret.ts'

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
