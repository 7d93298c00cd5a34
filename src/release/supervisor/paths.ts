import {createHash} from 'node:crypto'
import {constants} from 'node:fs'
import {lstat, mkdir, open} from 'node:fs/promises'
import {join} from 'node:path'
import {EssenceError, systemCodeOf} from '../../kit/errors.ts'
import {makeFolder} from '../../kit/files/make-folder.ts'
import type {ServiceLayout} from '../host/layout.ts'

/** What the supervisor of a service keeps, beside what `ServiceLayout` names. */
export interface SupervisorPaths {
  /** `<root>/<service>/supervisor`, of its own user alone. */
  folder: string
  /** The copy of the host program that it runs. */
  program: string
  /** Held while it runs. */
  lock: string
  /** Left by a process that starts it and will tell it what to serve; without it, it starts what `current` points at. */
  idle: string
  /** Its own standard error: faults of Node.js. */
  errors: string
  /** `PidRecord` of a release that is being tried. */
  candidatePid: string
  /** `PidRecord` of a release that served before and ends. */
  formerPid: string
  /** The environment of the release that served before, where that had to come back after its own file was changed. */
  formerEnvironment: string
  /** Folder of the sockets; `folder`, or a short path where that is too long for one. */
  sockets: string
  controlSocket: string
}

/** A socket's path has at most 107 bytes on Linux, 103 on macOS; the longest name below is 20 bytes. */
const maxFolderBytes = 80

/**
 * Found without the environment of the process that started the supervisor (`TMPDIR`, `XDG_RUNTIME_DIR`), which others do not have.
 * Not in `/run/user`, which goes with the user's last session.
 */
const socketFolder = (folder: string): string => {
  if (Buffer.byteLength(folder) <= maxFolderBytes) return folder
  const name = createHash('sha256').update(folder).digest('hex').slice(0, 16)
  return join(process.getuid?.() === 0 && process.platform === 'linux' ? '/run' : '/tmp', `june-${name}`)
}

export const supervisorPaths = ({folder: service}: ServiceLayout): SupervisorPaths => {
  const folder = join(service, 'supervisor')
  const sockets = socketFolder(folder)
  return {
    folder,
    program: join(folder, 'host-program.mjs'),
    lock: join(folder, 'lock'),
    idle: join(folder, 'idle'),
    errors: join(folder, 'errors'),
    candidatePid: join(folder, 'candidate.pid'),
    formerPid: join(folder, 'former.pid'),
    formerEnvironment: join(folder, 'former.env'),
    sockets,
    controlSocket: join(sockets, 'control.sock'),
  }
}

/**
 * Makes the folders, open to this user alone.
 * @throws NOT_ALLOWED when another user made the folder of the sockets
 */
export const makeSupervisorFolders = async ({folder, sockets}: SupervisorPaths): Promise<void> => {
  await makeFolder(folder)
  await closeFolder(folder)
  if (sockets === folder) return
  await mkdir(sockets, {mode: 0o700}).catch(error => {
    if (systemCodeOf(error) !== 'EEXIST') throw error
  })
  await assertPrivate(sockets)
}

/** By its handle: another user whose folder it is could put a link in its place between a look and a change. */
const closeFolder = async (folder: string): Promise<void> => {
  const {O_RDONLY, O_DIRECTORY, O_NOFOLLOW} = constants
  const handle = await open(folder, O_RDONLY | O_DIRECTORY | O_NOFOLLOW).catch(error => {
    if (!['ELOOP', 'ENOTDIR', 'EMLINK'].includes(systemCodeOf(error) ?? '')) throw error
    throw new EssenceError('NOT_ALLOWED', `${folder} must be a folder; it is a link.`, {
      suggestions: [`Remove it: rm ${folder}`],
    })
  })
  try {
    await handle.chmod(0o700)
  } finally {
    await handle.close()
  }
}

/** In a folder that all may write to, another user can take a name, and would then get and answer our requests. */
export const assertPrivate = async (folder: string): Promise<void> => {
  const found = await lstat(folder)
  if (found.isDirectory() && found.uid === process.getuid?.() && (found.mode & 0o077) === 0) return
  throw new EssenceError('NOT_ALLOWED', `${folder} must be a folder of this user alone; it is not.`, {
    suggestions: [
      `See whose it is: ls -ld ${folder}`,
      'Deploy into a shorter path (--root), which needs no such folder.',
    ],
  })
}
