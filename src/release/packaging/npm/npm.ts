import {type ErrorCode, EssenceError, systemCodeOf} from '../../../kit/errors.ts'
import {runTool} from '../run-tool.ts'

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
  const {status, stdout, stderr} = await runTool('npm', args, {cwd, signal}).catch(cause => {
    if (systemCodeOf(cause) !== 'ENOENT') throw cause
    throw new EssenceError('PROGRAM_MISSING', 'npm was not found; a release is installed with it.', {
      suggestions: ['Install Node.js with npm, and see that PATH names its folder.'],
    })
  })
  if (status === 0) return stdout
  const trouble = troubles.find(({sign}) => sign.test(stderr))
  const said = lastLines(stderr) || `status ${status}`
  throw new EssenceError(
    trouble?.code ?? 'BUILD_FAILED',
    `npm ${args[0]} failed: ${trouble ? `${trouble.what} (${said})` : said}`,
    {suggestions: trouble?.suggestions ?? ['See what npm says: npm ci --omit=dev, in an empty copy of the checkout.']},
  )
}

/**
 * Installs exactly what the lock file of a folder says, without scripts and links, from the cache where it can.
 * @throws as `npm`
 */
export const installLocked = async (folder: string, signal: AbortSignal): Promise<void> => {
  const exactly = ['ci', '--omit=dev', '--ignore-scripts', '--no-bin-links', '--prefer-offline']
  await npm([...exactly, '--no-audit', '--no-fund', '--loglevel=error'], folder, signal)
}
