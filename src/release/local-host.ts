import {EssenceError} from '../kit/errors.ts'
import {thisHost} from './host/host.ts'
import type {HostRoot} from './host/layout.ts'
import {hostProgramPath} from './host-program.ts'
import type {HostSession} from './host-session.ts'
import {hostHandlers} from './operations/handlers.ts'
import {operationInputs} from './operations/inputs.ts'
import type {HostOperation, HostOperations} from './operations/port.ts'
import {supervision} from './supervisor/supervision.ts'

/** Input of a person reaches the operations checked, as requests over SSH do. */
const checked = <Name extends HostOperation>(
  operation: Name,
  input: HostOperations[Name]['input'],
): HostOperations[Name]['input'] => {
  const parsed = operationInputs[operation].safeParse(input)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw new EssenceError('USAGE', `The ${issue?.path.join('.') || 'input'} cannot be used: ${issue?.message}.`)
}

/** This machine, its operations done in this process. */
export const openLocalHost = (root: HostRoot): HostSession => {
  const handlers = hostHandlers(thisHost({root, supervision, program: hostProgramPath()}))
  return {
    name: 'this machine',
    remote: false,
    perform: async (operation, input, {onEvent = () => {}, signal = new AbortController().signal} = {}) =>
      handlers[operation](checked(operation, input), {onEvent, signal}),
    prepare: async () => {},
    upload: async ({path}) => path,
    close: async () => {},
  }
}
