import {EssenceError} from '../../../kit/errors.ts'
import {fitsNodeRange} from '../../artifact/fitness.ts'
import type {Connection} from '../log-in.ts'
import {runCommand, shellCommand} from './remote-command.ts'

/** What a host has of what we need. */
export interface RemotePlace {
  /** Folder of the services there: that of `--root`, else the account's default. */
  root: string
  /** `Linux x86_64`, as `uname` tells it. */
  system: string
  /** Node.js as it was found, up to one that is new enough beyond doubt. */
  nodes: {path: string; version: string}[]
  /** The host program of this digest is there. */
  hasProgram: boolean
}

/** What the host program needs; package.json says the same of Essence itself. */
const nodeRange = '>=22.19'

// The default is that of hostRoot(). A login shell knows a PATH of its own (nvm, Homebrew); what its start files print is
// passed over, and they get nothing to wait for. It takes its time, so it is asked last.
const script = [
  'LC_ALL=C; export LC_ALL',
  'root=$1',
  'if [ -z "$root" ]; then if [ "$(id -u)" = 0 ]; then root=/usr/local/june; else root=$HOME/.local/run/june; fi; fi',
  'new=',
  'try() { case $1 in /*) v=$("$1" --version 2>/dev/null </dev/null) && echo "node:$v:$1"; case $v in v2[3-9].*|v[3-9][0-9].*) new=yes;; esac;; esac; }',
  'echo "root:$root"',
  'echo "system:$(uname -s) $(uname -m)"',
  'try "$(command -v node)"',
  'for n in "$root"/.node/*; do if [ -z "$new" ]; then try "$n"; fi; done',
  's=$SHELL; if [ -z "$s" ]; then s=sh; fi',
  'if [ -z "$new" ]; then try "$("$s" -l -c "command -v node" 2>/dev/null </dev/null | tail -n 1)"; fi',
  'if [ -f "$root/.host/$2.mjs" ]; then echo program:yes; fi',
].join('; ')

/**
 * Looks around on a host; changes nothing.
 * @param digest of the host program
 * @param limitMs for what start files of its shell may take
 * @throws RELEASE_UNFIT when it gives no POSIX shell; TIMED_OUT
 */
export const lookAround = async (
  connection: Connection,
  root: string | undefined,
  digest: string,
  limitMs = 60_000,
): Promise<RemotePlace> => {
  const {output, complaint} = await runCommand(connection, shellCommand(script, root ?? '', digest), {limitMs})
  const lines = output.split('\n')
  const after = (key: string): string[] =>
    lines.filter(line => line.startsWith(`${key}:`)).map(line => line.slice(key.length + 1))
  const [found] = after('root')
  if (!found) {
    const said = (complaint || output).trim().split('\n').at(-1) || 'nothing'
    throw new EssenceError('RELEASE_UNFIT', `${connection.name} gives no shell to work with; it said: ${said}`, {
      suggestions: ['Use an account with a shell: ssh HOST true has to work.'],
    })
  }
  const nodes = after('node').map(line => {
    const [version = '', ...path] = line.split(':')
    return {version: version.replace(/^v/, ''), path: path.join(':')}
  })
  return {
    root: found,
    system: after('system')[0] ?? '',
    nodes: nodes.filter(({path}, index) => nodes.findIndex(other => other.path === path) === index),
    hasProgram: after('program').includes('yes'),
  }
}

/** The first Node.js of a host that is new enough. */
export const fittingNode = ({nodes}: RemotePlace): string | undefined =>
  nodes.find(({version}) => fitsNodeRange(nodeRange, version))?.path

/** RELEASE_UNFIT: a host has no Node.js that is new enough, and got none. */
export class NoFittingNode extends EssenceError {
  constructor(name: string, {nodes, system}: RemotePlace) {
    const has = nodes.map(({path, version}) => `${version} (${path})`).join(', ')
    super(
      'RELEASE_UNFIT',
      `${name} (${system}) needs Node.js ${nodeRange}; it has ${has || 'none, neither on PATH nor from an earlier deploy'}.`,
      {
        suggestions: [
          'Build the release with its own Node.js, which then serves for everything there: essence build SERVICE --with-node',
          'Or install Node.js 22.19 or newer there, on the PATH of that user.',
        ],
      },
    )
  }
}
