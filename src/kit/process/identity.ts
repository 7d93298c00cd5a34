import {readFileSync} from 'node:fs'
import {readdir, readFile} from 'node:fs/promises'
import {systemCodeOf} from '../errors.ts'

/** A process that is told from a later one with the same number. */
export interface ProcessIdentity {
  pid: number
  /** Its start in clock ticks since boot; empty where there is no /proc. */
  started: string
}

/**
 * What proc_pid_stat(5) tells of a process; undefined where there is none, or no /proc. A process that only waits to be noticed by
 * its parent is dead; not yet where its first thread has ended and others have not: its files, and so its ports, are still open.
 */
const statOf = async (pid: number): Promise<{dead: boolean; group: number; started: string} | undefined> => {
  try {
    // From the state: the group (2 on), the number of threads (17) and the start time (19).
    const fields = fieldsOf(await readFile(`/proc/${pid}/stat`, 'utf8'))
    return {
      dead: fields[0] === 'X' || (fields[0] === 'Z' && Number(fields[17]) <= 1),
      group: Number(fields[2]),
      started: fields[19] ?? '',
    }
  } catch {
    return undefined
  }
}

/** From the state on; the name before it, in parentheses, may hold blanks. */
const fieldsOf = (stat: string): string[] => stat.slice(stat.lastIndexOf(')') + 2).split(' ')

/** Clock ticks of proc_pid_stat(5), on every Linux: 100 a second. */
const tickMs = 10

/** CPU time a process has used, all its threads together, in ms; undefined where there is none, or no /proc. */
export const cpuMsOf = (pid: number | undefined): number | undefined => {
  try {
    const fields = fieldsOf(readFileSync(`/proc/${pid}/stat`, 'utf8'))
    return tickMs * (Number(fields[11]) + Number(fields[12]))
  } catch {
    return undefined
  }
}

/** The process that has a number now. */
export const identify = async (pid: number): Promise<ProcessIdentity> => ({
  pid,
  started: (await statOf(pid))?.started ?? '',
})

/** Whether that very process still runs. Where a start is not known, its number decides. */
export const isAlive = async ({pid, started}: ProcessIdentity): Promise<boolean> => {
  try {
    process.kill(pid, 0)
  } catch (error) {
    // EPERM: it lives, under another user.
    if (systemCodeOf(error) !== 'EPERM') return false
  }
  const now = await statOf(pid)
  if (now?.dead) return false
  return now === undefined || started === '' || now.started === started
}

/** Whether anything in a process group still runs. Where there is no /proc, a zombie counts as running. */
export const groupIsAlive = async (group: number): Promise<boolean> => {
  try {
    process.kill(-group, 0)
  } catch (error) {
    if (systemCodeOf(error) !== 'EPERM') return false
  }
  const pids = (await readdir('/proc').catch(() => [])).map(Number).filter(Number.isInteger)
  if (pids.length === 0) return true
  const stats = await Promise.all(pids.map(statOf))
  return stats.some(stat => stat?.group === group && !stat.dead)
}
