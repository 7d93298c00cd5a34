import {stat} from 'node:fs/promises'
import type {Host} from '../host/host.ts'
import {serviceLayout} from '../host/layout.ts'
import {followLog, readTail} from '../supervisor/logs/read-logs.ts'
import type {OperationHandler} from './port.ts'
import {notDeployed} from './start-stop.ts'

/**
 * The last lines of a service's log; with `follow`, and what is written from then on, until it is cancelled.
 * @throws RELEASE_UNKNOWN
 */
export const logs =
  (host: Host): OperationHandler<'logs'> =>
  async ({service, lines, follow, console}, {onEvent, signal}) => {
    const {consoleLog, log, folder} = serviceLayout(host.root, service)
    const path = console ? consoleLog : log
    const tail = await readTail(path, lines)
    if (!tail.file && !(await stat(folder).catch(() => undefined))) throw notDeployed(service)
    onEvent({type: 'log', lines: tail.lines})
    if (follow) await followLog(path, tail.file, more => onEvent({type: 'log', lines: more}), signal)
    else await tail.file?.handle.close()
    return {path}
  }
