import {readFile} from 'node:fs/promises'
import {systemCodeOf} from './errors.ts'

/** A process that is told from a later one with the same number. */
export interface ProcessIdentity {
  pid: number
  /** Its start in clock ticks since boot; empty where there is no /proc. */
  started: string
}

/**
 * `dead` for a process that only waits to be noticed by its parent. Not yet where its first thread has ended and others
 * have not: its files, and so its ports, are still open.
 */
const startOf = async (pid: number): Promise<string> => {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8')
    // The name in parentheses may hold blanks; behind it, the state and, 17 and 19 fields on, the number of threads and the
    // start time (proc_pid_stat(5)).
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return fields[0] === 'Z' && Number(fields[17]) <= 1 ? 'dead' : (fields[19] ?? '')
  } catch {
    return ''
  }
}

/** Who runs under a number now. */
export const identify = async (pid: number): Promise<ProcessIdentity> => ({pid, started: await startOf(pid)})

/** Whether that very process still runs. Where a start is not known, its number decides. */
export const isAlive = async ({pid, started}: ProcessIdentity): Promise<boolean> => {
  try {
    process.kill(pid, 0)
  } catch (error) {
    // EPERM: it lives, under another user.
    if (systemCodeOf(error) !== 'EPERM') return false
  }
  const now = await startOf(pid)
  return now === '' || started === '' || now === started
}
