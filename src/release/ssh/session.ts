import {EssenceError} from '../../kit/errors.ts'
import {hostProgramPath} from '../host-program.ts'
import type {HostSession} from '../host-session.ts'
import {type ConnectOptions, connect} from './connect.ts'
import {performThere} from './transfer/perform.ts'
import {type PreparedHost, prepareHost} from './transfer/prepare-host.ts'
import {uploadThere} from './transfer/upload.ts'

export interface SshHostOptions extends ConnectOptions {
  /** `--root`, an absolute path there. */
  root?: string | undefined
  /** File that does the operations there. Default: that of this build. */
  program?: string | undefined
  /** Nothing is written there; what needs that fails. */
  readOnly?: boolean | undefined
}

/**
 * A machine behind SSH. The host program is brought there by its digest when something is first asked; Node.js too, out of
 * the tarball, where the host has none and the release carries it.
 * @param destination `[user@]host[:port]`
 * @throws what `connect` throws; USAGE for a relative root
 */
export const openSshHost = async (destination: string, options: SshHostOptions): Promise<HostSession> => {
  const {root} = options
  if (root !== undefined && !root.startsWith('/')) {
    throw new EssenceError('USAGE', `--root is "${root}"; expected an absolute path, of the other machine.`)
  }
  const connection = await connect(destination, options)
  let prepared: Promise<PreparedHost> | undefined
  const prepare = (tarball?: string): Promise<PreparedHost> => {
    const {program: programFile = hostProgramPath(), readOnly, onNote} = options
    prepared ??= prepareHost(connection, root, {programFile, tarball, readOnly, onNote})
    // Without Node.js an upload may still bring one.
    prepared.catch(() => {
      prepared = undefined
    })
    return prepared
  }
  return {
    name: connection.name,
    remote: true,
    prepare: async tarball => void (await prepare(tarball)),
    perform: async (operation, input, performing) => performThere(await prepare(), operation, input, performing),
    upload: async (tarball, uploading) => uploadThere(await prepare(tarball.path), tarball, uploading),
    close: () => connection.close(),
  }
}
