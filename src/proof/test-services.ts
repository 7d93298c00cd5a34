import {createWriteStream} from 'node:fs'
import {join} from 'node:path'
import {readConfig} from '../config/read.ts'
import type {Settings} from '../config/schema.ts'
import {planServices} from '../service/plan-services.ts'
import type {SupervisedCommand} from '../service/supervised.ts'
import type {RunOptions} from './run-options.ts'
import {type StartedServices, startServices} from './start-services.ts'
import {testEnvironment} from './test-environment.ts'

/** ms a service has to finish what it does once the test is over. */
const killAfterMs = 10_000

export interface TestServicesOptions extends RunOptions {
  /** The variables of the mode, and what else the services are to have. */
  own: NodeJS.ProcessEnv
  /** Variables they are not to have. */
  drop: readonly string[]
  /** Whether a service that is switched on is wanted. */
  wanted: (command: SupervisedCommand) => boolean
}

/**
 * Starts the services a test needs, each on free ports, and gives them the settings of this machine below those of the test. What they
 * write is in `services.log` of the report's folder.
 * @throws CONFIG_INVALID; what `startServices` throws
 */
export const startTestServices = async (
  options: TestServicesOptions,
): Promise<{started: StartedServices; settings: Settings}> => {
  const {commands, host, installed, file, own, drop, wanted, onProgress, readyMs, signal, folder} = options
  const free = commands.flatMap(({ports}) => ports.map(({port}) => [port, '0']))
  const env = await testEnvironment({file, own: {...Object.fromEntries(free), ...own}, drop})
  const {settings} = await readConfig({env, installed})
  const {services} = planServices(commands.filter(wanted), settings, {...host, env})
  const log = createWriteStream(join(folder, 'services.log'))
  // A disk that is full costs the log, not the test.
  log.on('error', () => {})
  const started = await startServices({
    ...{services, readyMs, killAfterMs, signal},
    onProgress: text => onProgress({type: 'step', text}),
    onLine: (name, line) => log.write(`${name} │ ${line}\n`),
  }).catch(error => {
    log.end()
    throw error
  })
  const dispose = async (): Promise<void> => {
    await started[Symbol.asyncDispose]()
    log.end()
  }
  return {started: {...started, [Symbol.asyncDispose]: dispose}, settings}
}
