// A host behind a real sshd, as this user, with everything in a temporary folder.
import {execFileSync} from 'node:child_process'
import {appendFileSync, mkdirSync, statSync, symlinkSync, writeFileSync} from 'node:fs'
import {userInfo} from 'node:os'
import {join} from 'node:path'
import type {HostSession} from '@essence/core/release/host-session'
import {Passphrases} from '@essence/core/release/ssh/auth/passphrases'
import {openSshHost, type SshHostOptions} from '@essence/core/release/ssh/session'
import {type KeyPair, makeKey, type Sshd, startSshd} from '../../peers/sshd.ts'
import {temporaryFolder} from '../../temporary-folder.ts'
import {bundleHostProgram, type ReleaseOptions} from '../host/fixture.ts'

export interface SshFixture {
  folder: string
  key: KeyPair
  /** The host program, bundled from the sources. */
  program: string
  /** Its sessions find the Node.js of these tests. */
  sshd: Sshd
  /** A server whose sessions find the programs a shell needs and no Node.js, on no PATH. */
  bare: Sshd
  /** Logs in, also by the port of a proxy before a server. */
  open(server: Pick<Sshd, 'hostKeys' | 'port'>, options: Partial<SshHostOptions> & {root: string}): Promise<HostSession>
  close(): Promise<void>
}

export const me = userInfo().username

const tools = ['sh', 'id', 'uname', 'mkdir', 'cat', 'chmod', 'mv', 'rm', 'tail', 'dirname', 'basename']

export const makeSshFixture = async (): Promise<SshFixture> => {
  const folder = temporaryFolder()
  const key = makeKey(folder, 'key')
  const [bin, few] = [join(folder, 'bin'), join(folder, 'few')]
  for (const path of [bin, few]) mkdirSync(path)
  symlinkSync(process.execPath, join(bin, 'node'))
  for (const tool of tools) {
    symlinkSync(execFileSync('sh', ['-c', `command -v ${tool}`], {encoding: 'utf8'}).trim(), join(few, tool))
  }
  // An account whose login shell, too, knows only these: without it /etc/profile would add the PATH of this machine.
  const login = join(folder, 'login')
  writeFileSync(login, '#!/bin/sh\n[ "$1" != -l ] || exit 1\nexec sh "$@"\n', {mode: 0o755})
  const account = join(folder, 'account')
  writeFileSync(account, `#!/bin/sh\nPATH=${few} SHELL=${login} exec sh -c "$SSH_ORIGINAL_COMMAND"\n`, {mode: 0o755})
  const authorized = [key.publicKey]
  const [program, sshd, bare] = await Promise.all([
    bundleHostProgram(folder),
    startSshd(join(folder, 'sshd'), {authorized, path: `${bin}:/usr/bin:/bin`}),
    startSshd(join(folder, 'bare'), {authorized, settings: [`ForceCommand ${account}`]}),
  ])
  const [configFile, known] = [join(folder, 'config'), join(folder, 'known_hosts')]
  writeFileSync(
    configFile,
    `UserKnownHostsFile ${known}\nGlobalKnownHostsFile none\nIdentityFile ${key.path}\nIdentitiesOnly yes\n`,
  )
  return {
    ...{folder, key, program, sshd, bare},
    open: ({port, hostKeys}, options) => {
      appendFileSync(known, `[127.0.0.1]:${port} ${hostKeys[0]?.publicKey}\n`)
      const place = {configFile, env: {PATH: process.env['PATH']}}
      return openSshHost(`${me}@127.0.0.1:${port}`, {passphrases: new Passphrases(), place, program, ...options})
    },
    close: async () => {
      await Promise.all([sshd.stop(), bare.stop()])
    },
  }
}

/** Uploads a tarball; gives its path there. */
export const send = (
  session: HostSession,
  {path, sha256}: {path: string; sha256: string},
  onProgress: (bytes: number) => void = () => {},
  signal?: AbortSignal,
): Promise<string> =>
  session.upload({path, service: 'echo', sha256, size: statSync(path).size}, {onProgress, ...(signal ? {signal} : {})})

/** Of a release that carries its own Node.js. */
export const withNode = (content: string): ReleaseOptions => ({
  more: {'node/bin/node': {content, mode: 0o755}},
  manifest: {node: {range: '>=22.19', bundled: 'node/bin/node'}},
})

/** A stand-in for 120 MB: it starts the real one. */
export const nodeStandIn = `#!/bin/sh\nexec '${process.execPath}' "$@"\n`
