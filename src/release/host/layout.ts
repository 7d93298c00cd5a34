import {homedir} from 'node:os'
import {join} from 'node:path'

/** Where releases of services live on a machine. */
export interface HostRoot {
  /** Absolute; a folder for each service. */
  root: string
  /** Absolute; the services' log files. */
  logs: string
}

/** `/usr/local/june` and `/var/log/june` for root, `~/.local/run/june` and `~/.local/log/june` for others; or all in one folder. */
export const hostRoot = (chosen?: string, {uid = process.getuid?.(), home = homedir()} = {}): HostRoot => {
  if (chosen) return {root: chosen, logs: join(chosen, 'log')}
  if (uid === 0) return {root: '/usr/local/june', logs: '/var/log/june'}
  return {root: join(home, '.local/run/june'), logs: join(home, '.local/log/june')}
}

/** Every path of one service on a machine. */
export interface ServiceLayout {
  service: string
  /** `<root>/<service>` */
  folder: string
  releases: string
  /** A symbolic link: `releases/<build>`. */
  current: string
  /** The process that serves: `PidRecord`. */
  pidFile: string
  /** What was deployed, one JSON object a line. */
  history: string
  /** A folder, while a deploy goes on. */
  lock: string
  /** What deploys leave for later starts: `ServiceState`. */
  state: string
  /** Where tarballs arrive. */
  incoming: string
  /** Standard output and errors of the service, as they come. */
  consoleLog: string
  /** The service's structured log, and the supervisor's. */
  log: string
}

export const serviceLayout = ({root, logs}: HostRoot, service: string): ServiceLayout => {
  const folder = join(root, service)
  return {
    service,
    folder,
    releases: join(folder, 'releases'),
    current: join(folder, 'current'),
    pidFile: join(folder, 'service.pid'),
    history: join(folder, 'deploys.log'),
    lock: join(folder, 'lock'),
    state: join(folder, 'service.json'),
    incoming: join(folder, 'incoming'),
    consoleLog: join(logs, `${service}.console`),
    log: join(logs, `${service}.log`),
  }
}
