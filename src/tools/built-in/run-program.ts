import {execa} from 'execa'
import * as z from 'zod'
import {EssenceError} from '../../kit/errors.ts'
import {defineTool, type Tool} from '../tool.ts'
import {shortened, wordingFor} from '../wording.ts'

const maxOutput = 64 * 1024

/**
 * Programs that run in a folder (TOOLS_SHELL), each after a yes. No shell reads the line, and the environment has nothing of ours. The
 * folder is where they begin, not a wall around them: they may do what the service's user may.
 */
export const runProgramTool = (folder: string): Tool =>
  defineTool({
    name: 'run_program',
    description:
      'Runs a program in the shared folder, without a shell, and gives its output. The person is asked first.',
    input: z.strictObject({
      argv: z.array(z.string().max(10_000)).min(1).max(100).describe('The program and its arguments, one text each'),
    }),
    effect: 'world',
    foreign: true,
    check: async ({argv}) => {
      if (argv.some(part => part.includes('\0')))
        throw new EssenceError('USAGE', 'An argument contains a NUL character.')
    },
    question: async ({argv}, {language}) => wordingFor(language).askProgram(shortened(argv.map(quoted).join(' '))),
    run: ({argv}, {signal}) => outputOf(argv, folder, signal),
  })

const outputOf = async ([program = '', ...args]: string[], folder: string, signal: AbortSignal): Promise<string> => {
  const running = execa(program, args, {
    cwd: folder,
    extendEnv: false,
    env: {PATH: process.env['PATH'] ?? '/usr/bin:/bin', HOME: folder, LANG: 'C.UTF-8'},
    stdin: 'ignore',
    all: true,
    maxBuffer: maxOutput,
    reject: false,
    // A group of its own, so that what it starts ends with it.
    detached: true,
  })
  const {pid} = running
  const endGroup = (): void => {
    if (pid === undefined) return
    try {
      process.kill(-pid, 'SIGKILL')
    } catch {
      // ESRCH: all of it has ended.
    }
  }
  signal.addEventListener('abort', endGroup, {once: true})
  try {
    const {all, exitCode, isMaxBuffer, shortMessage = '', failed} = await running
    if (exitCode === undefined && !isMaxBuffer && failed)
      throw new EssenceError('PROGRAM_FAILED', shortMessage.split('\n')[0] ?? 'It could not be run.')
    const status = isMaxBuffer
      ? `It was ended: it wrote more than ${maxOutput} characters.`
      : `It ended with ${exitCode}.`
    return [status, all ?? ''].join('\n')
  } finally {
    signal.removeEventListener('abort', endGroup)
    endGroup()
  }
}

const quoted = (part: string): string => (/^[\w./:=@%+,-]+$/.test(part) ? part : JSON.stringify(part))
