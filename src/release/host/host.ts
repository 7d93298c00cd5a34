import {hostname, userInfo} from 'node:os'
import {type Machine, thisMachine} from '../artifact/fitness.ts'
import type {Supervision} from './control.ts'
import type {HostRoot} from './layout.ts'

/** The machine that operations are done on, and by what means. */
export interface Host {
  root: HostRoot
  machine: Machine
  supervision: Supervision
  /** Path of the host program, for supervisors. */
  program: string
  /** user@host of the caller. */
  by: string
}

const askedBy = (env: NodeJS.ProcessEnv): string => {
  // sshd tells the client of a session: "address port address port".
  const [address] = (env['SSH_CONNECTION'] ?? '').split(' ')
  return `${userInfo().username}@${address || hostname()}`
}

/** This machine as it is. */
export const thisHost = (options: Pick<Host, 'root' | 'supervision' | 'program'>): Host => ({
  machine: thisMachine(),
  by: askedBy(process.env),
  ...options,
})
