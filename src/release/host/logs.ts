import {readFile} from 'node:fs/promises'
import {systemCodeOf} from '../../kit/errors.ts'
import type {Host} from './host.ts'
import {serviceLayout} from './layout.ts'
import type {OperationHandler} from './operations.ts'

/** The last lines of a service's log. */
export const logs =
  (host: Host): OperationHandler<'logs'> =>
  async ({service, lines, console}, {onEvent}) => {
    const {consoleLog, log} = serviceLayout(host.root, service)
    const path = console ? consoleLog : log
    const text = await readFile(path, 'utf8').catch((error: unknown) => {
      if (systemCodeOf(error) === 'ENOENT') return ''
      throw error
    })
    const all = text.split('\n').slice(0, -1)
    onEvent({type: 'log', lines: lines > 0 ? all.slice(-lines) : []})
    return {path}
  }
