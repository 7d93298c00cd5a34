import {EssenceError} from '../kit/errors.ts'
import {deploymentVariables} from '../kit/process/inherited-sockets.ts'
import {isOn, type SupervisedCommand} from './supervised.ts'
import type {SupervisedService} from './supervisor.ts'

/** A service as `essence up` starts it. */
export interface PlannedService extends SupervisedService {
  /** The others use it. */
  first: boolean
  /** The variable in which the others get its address. */
  provides: string | undefined
  /** The variable of its port. */
  port: string | undefined
  /** The variables of all addresses it listens on. */
  ports: SupervisedCommand['ports']
}

/** This process, as far as those it starts are like it. */
export interface Host {
  execPath: string
  execArgv: readonly string[]
  /** The script that runs: `bin/run.js`. */
  script: string
  env: NodeJS.ProcessEnv
}

/** Which services start, and how; `off`: what to tell of those that are switched off. @throws CONFIG_INVALID: two of one name */
export const planServices = (
  commands: readonly SupervisedCommand[],
  settings: object,
  {execPath, execArgv, script, env}: Host,
): {services: PlannedService[]; off: string[]} => {
  refuseNamesakes(commands)
  const on = commands.filter(command => isOn(command, settings))
  // What a deployment tells is for this process, not for those it starts.
  const inherited = Object.entries(env).filter(([name]) => !deploymentVariables.some(one => one === name))
  const services = on.map(({name, id, provides, port, ports}) => ({
    name,
    provides,
    port,
    ports,
    first: provides !== undefined,
    command: execPath,
    args: [...execArgv, script, ...id.split(':')],
    // For this process to read, whatever people are shown.
    env: {...Object.fromEntries(inherited), LOG_FORMAT: 'json'},
  }))
  const off = commands.filter(command => !on.includes(command))
  return {services, off: off.flatMap(({otherwise}) => otherwise ?? [])}
}

/** Two of one name could not be told apart, neither in the log nor by health. */
const refuseNamesakes = (commands: readonly SupervisedCommand[]): void => {
  const twice = commands.find((one, index) => commands.findIndex(({name}) => name === one.name) < index)
  if (!twice) return
  const owners = commands.filter(({name}) => name === twice.name).map(({plugin}) => plugin)
  const linked = owners.find(owner => !owner.startsWith('@essence/')) ?? owners.at(-1)
  throw new EssenceError('CONFIG_INVALID', `Two plugins bring a service "${twice.name}": ${owners.join(' and ')}.`, {
    suggestions: [`Remove one: essence plugins uninstall ${linked}`],
  })
}

/** Once those that are first listen: gives the others their addresses, and has each keep its port when it is started again. */
export const shareAddresses = (services: readonly PlannedService[], urls: ReadonlyMap<string, string>): void => {
  for (const {name, provides, port, env: own} of services) {
    const url = urls.get(name)
    if (!provides || !url) continue
    if (port) own[port] = new URL(url).port
    for (const {env, first} of services) if (!first) env[provides] = url
  }
}
