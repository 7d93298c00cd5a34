import {spawn} from 'node:child_process'
import {once} from 'node:events'
import {type ErrorCode, EssenceError, systemCodeOf, throwIfCancelled} from '../../kit/errors.ts'

interface Trouble {
  /** In what npm wrote. */
  sign: RegExp
  code: ErrorCode
  what: string
  suggestions: string[]
}

const troubles: Trouble[] = [
  {
    sign: /\bENOSPC\b|no space left/i,
    code: 'DISK_FULL',
    what: 'the disk is full',
    suggestions: ['Free some space, or let TMPDIR name a folder on a disk that has 2 GB.'],
  },
  {
    sign: /\bEINTEGRITY\b/,
    code: 'DIGEST_MISMATCH',
    what: 'a package is not the one of the lock file',
    suggestions: [
      'Clear a damaged cache: npm cache verify',
      'If it stays so, the registry serves something else: do not build.',
    ],
  },
  {
    sign: /\b(ENOTCACHED|ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|ERR_SOCKET_TIMEOUT)\b/,
    code: 'REMOTE_UNREACHABLE',
    what: 'the package registry cannot be reached, and not every package is in the cache of npm',
    suggestions: [
      'Check the network: npm ping',
      'Build once with a network; the next build takes packages from the cache.',
    ],
  },
]

/** What npm said, without its own names and without where its log lies. */
const lastLines = (text: string): string =>
  text
    .split('\n')
    .map(line => line.replace(/^npm (error|ERR!|warn) ?/, '').trim())
    .filter(line => line && !/complete log of this run|^code \w+$/.test(line))
    .slice(-4)
    .join(' · ')

/**
 * Runs npm and waits for its end.
 * @returns what it wrote to standard output
 * @throws PROGRAM_MISSING, DISK_FULL, DIGEST_MISMATCH, REMOTE_UNREACHABLE, BUILD_FAILED, CANCELLED
 */
export const npm = async (args: readonly string[], cwd: string, signal?: AbortSignal): Promise<string> => {
  throwIfCancelled(signal)
  const child = spawn('npm', args, {cwd, stdio: ['ignore', 'pipe', 'pipe'], shell: process.platform === 'win32'})
  let out = ''
  let told = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    told = (told + text).slice(-20_000)
  })
  // Its folder is about to go: what it would still tidy up does not matter.
  const kill = (): void => void child.kill('SIGKILL')
  signal?.addEventListener('abort', kill, {once: true})
  try {
    const [status] = (await once(child, 'close')) as [number | null]
    throwIfCancelled(signal)
    if (status === 0) return out
    const trouble = troubles.find(({sign}) => sign.test(told))
    throw new EssenceError(
      trouble?.code ?? 'BUILD_FAILED',
      `npm ${args[0]} failed: ${trouble ? `${trouble.what} (${lastLines(told)})` : lastLines(told) || `status ${status}`}`,
      {suggestions: trouble?.suggestions ?? ['Try what failed by hand: npm ci, in an empty copy of the checkout.']},
    )
  } catch (cause) {
    if (systemCodeOf(cause) !== 'ENOENT') throw cause
    throw new EssenceError('PROGRAM_MISSING', 'npm was not found; a release is installed with it.', {
      suggestions: ['Install Node.js with npm, and see that PATH names its folder.'],
    })
  } finally {
    signal?.removeEventListener('abort', kill)
  }
}
