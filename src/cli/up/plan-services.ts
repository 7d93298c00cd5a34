import {deploymentVariables} from '../../kit/process/inherited-sockets.ts'
import type {SupervisedService} from '../../service/supervisor.ts'
import type {Outcome} from '../../service/up.ts'
import {isOn, type SupervisedCommand} from '../supervised.ts'

/** A service as `essence up` starts it. */
export interface PlannedService extends SupervisedService {
  /** Before the others, which then use it. */
  first: boolean
  /** The variable in which the others get its address. */
  provides: string | undefined
  /** The variable of its port. */
  port: string | undefined
}

/** This process, as far as those it starts are like it. */
export interface Host {
  execPath: string
  execArgv: readonly string[]
  /** The script that runs: `bin/run.js`. */
  script: string
  env: NodeJS.ProcessEnv
  /** Its output is a terminal: that of the services is a pipe, and should look as if it were one too. */
  terminal: boolean
}

/** Which services start, and how; `off`: what to tell of those that are switched off. */
export const planServices = (
  commands: readonly SupervisedCommand[],
  settings: object,
  {execPath, execArgv, script, env, terminal}: Host,
): {services: PlannedService[]; off: string[]} => {
  const on = commands.filter(command => isOn(command, settings))
  // What a deployment tells is for this process, not for those it starts.
  const inherited = Object.entries(env).filter(([name]) => !deploymentVariables.some(one => one === name))
  const services = on.map(({name, id, provides, port}) => ({
    name,
    provides,
    port,
    first: provides !== undefined,
    command: execPath,
    args: [...execArgv, script, ...id.split(':')],
    env: {LOG_FORMAT: terminal ? 'pretty' : 'json', ...Object.fromEntries(inherited)},
  }))
  const off = commands.filter(command => !on.includes(command))
  return {services, off: off.flatMap(({otherwise}) => otherwise ?? [])}
}

/** Once those that are first are ready: gives the others their addresses, and has each keep its port when it is started again. */
export const shareAddresses = (services: readonly PlannedService[], outcomes: readonly Outcome[]): void => {
  for (const outcome of outcomes) {
    const provider = services.find(({name}) => name === outcome.name)
    const url = outcome.state === 'ready' ? outcome.summary.url : undefined
    if (!provider?.provides || !url) continue
    if (provider.port) provider.env[provider.port] = new URL(url).port
    for (const {env, first} of services) if (!first) env[provider.provides] = url
  }
}
