import {type ChildProcess, spawn} from 'node:child_process'
import {once} from 'node:events'
import {EssenceError} from '../../kit/errors.ts'
import {findProgram} from '../../kit/process/find-program.ts'

/** Programs of the machine's sound system by name, each with its arguments for mono 16-bit PCM at a rate, in Hz. */
export type SoundPrograms = Record<string, (rate: number) => string[]>

/** A running program, and how it ends. */
export interface SoundProgram {
  name: string
  child: ChildProcess
  /** Resolves when it has ended; rejects with PROGRAM_FAILED when it did not end well, and was not told to end. */
  ended: Promise<void>
  /** Ends it now. */
  stop(): void
}

/** What a program says is kept up to so many characters; its last line is quoted when it fails. */
const kept = 1000

/** @throws PROGRAM_MISSING */
export const findSoundProgram = async (
  programs: SoundPrograms,
  what: string,
): Promise<{name: string; path: string}> => {
  const names = Object.keys(programs)
  const found = await findProgram(names)
  if (!found) {
    throw new EssenceError('PROGRAM_MISSING', `No program that ${what} is installed; looked for ${list(names)}.`, {
      suggestions: [
        'On Debian and Ubuntu: apt install alsa-utils, or pulseaudio-utils',
        'On macOS: brew install sox',
        'If it is installed: its folder must be in PATH.',
      ],
    })
  }
  return found
}

/**
 * Starts the first of the programs that is installed, without a shell.
 * @param what for the message where none is: `plays sound`
 * @throws PROGRAM_MISSING
 */
export const startSoundProgram = async (
  programs: SoundPrograms,
  rate: number,
  what: string,
  stdio: {stdin: 'pipe' | 'ignore'; stdout: 'pipe' | 'ignore'},
): Promise<SoundProgram> => {
  const found = await findSoundProgram(programs, what)
  const child = spawn(found.path, programs[found.name]?.(rate) ?? [], {
    stdio: [stdio.stdin, stdio.stdout, 'pipe'],
    // A terminal's Ctrl-C is for us, who end it in time; without us its pipe ends it.
    detached: true,
  })
  let said = ''
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-kept)
  })
  let stopped = false
  const ended = once(child, 'close').then(
    ([status]: (number | null)[]) => {
      if (stopped || status === 0) return
      throw failed(found.name, status === null || status === undefined ? 'was ended' : `status ${status}`, said)
    },
    (cause: Error) => {
      throw failed(found.name, cause.message, said)
    },
  )
  // Seen by whatever waits for it later.
  ended.catch(() => {})
  const stop = (): void => {
    stopped = true
    child.kill()
  }
  return {name: found.name, child, ended, stop}
}

const failed = (name: string, how: string, said: string): EssenceError =>
  new EssenceError(
    'PROGRAM_FAILED',
    `${name} failed (${how})${said.trim() ? `: ${said.trim().split('\n').at(-1)?.trim()}` : '.'}`,
    {
      suggestions: ['Check that this machine has a sound device, and that this user may use it.'],
    },
  )

const list = (names: string[]): string => `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`
