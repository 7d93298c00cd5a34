import {hostHandlers} from './host/handlers.ts'
import {thisHost} from './host/host.ts'
import type {HostRoot} from './host/layout.ts'
import {supervision} from './host/supervisor/supervision.ts'
import {hostProgramPath} from './host-program.ts'
import type {HostSession} from './host-session.ts'

/** This machine, its operations done in this process. */
export const openLocalHost = (root: HostRoot): HostSession => {
  const handlers = hostHandlers(thisHost({root, supervision, program: hostProgramPath()}))
  return {
    name: 'this machine',
    perform: (operation, input, {onEvent = () => {}, signal = new AbortController().signal} = {}) =>
      handlers[operation](input, {onEvent, signal}),
    upload: async ({path}) => path,
    close: async () => {},
  }
}
