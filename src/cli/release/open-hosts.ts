import {resolve} from 'node:path'
import type {HostSession} from '../../release/host-session.ts'
import type {HostKeyPolicy} from '../../release/ssh/auth/host-key.ts'

/** Which machines, where on them, and how they are reached: what the flags say. */
export interface HostChoice {
  /** `[user@]host[:port]` each; without any, this machine. */
  host?: string[] | undefined
  root?: string | undefined
  'host-key'?: HostKeyPolicy | undefined
  identity?: string | undefined
  'ssh-config'?: string | undefined
  /** Machines at once. */
  parallel?: number | undefined
  /** Leave nothing on another machine. */
  'dry-run'?: boolean | undefined
  quiet?: boolean | undefined
  json?: boolean | undefined
}

/** Machines that can be opened. */
export interface Hosts {
  names: string[]
  /** Connects to one of them. */
  open(index: number, signal: AbortSignal): Promise<HostSession>
}

/** Prepares to open the machines that the flags name. SSH is loaded only where one is. */
export const chooseHosts = async (choice: HostChoice): Promise<Hosts> => {
  const {root, host: named = []} = choice
  const [first] = named
  if (first === undefined) {
    const [{openLocalHost}, {hostRoot}] = await Promise.all([
      import('../../release/local-host.ts'),
      import('../../release/host/layout.ts'),
    ])
    return {names: ['this machine'], open: async () => openLocalHost(hostRoot(root && resolve(root)))}
  }
  const [{openSshHost}, {Passphrases}, {askOnTerminal}, {parseDestination}] = await Promise.all([
    import('../../release/ssh/session.ts'),
    import('../../release/ssh/auth/passphrases.ts'),
    import('./ask-passphrase.ts'),
    import('../../release/ssh/config/destination.ts'),
  ])
  const names = [...new Set(named)]
  // A slip in the last name is told before the first machine is touched.
  for (const name of names) parseDestination(name)
  const quiet = choice.quiet || choice.json
  const options = {
    root,
    hostKeys: choice['host-key'],
    readOnly: choice['dry-run'],
    identityFile: choice.identity && resolve(choice.identity),
    passphrases: new Passphrases(choice.json ? undefined : askOnTerminal()),
    place: {configFile: choice['ssh-config'] && resolve(choice['ssh-config'])},
    onNote: (note: string) => void (quiet || process.stderr.write(`${note}\n`)),
  }
  return {names, open: (index, signal) => openSshHost(names[index] ?? '', {...options, signal})}
}
