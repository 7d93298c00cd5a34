import {mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import type {Check, TestedService, TestReport} from '../report/test-report.ts'
import {beginReport} from './begin-report.ts'
import {healthCheck} from './checks/http.ts'
import {runChecks} from './checks/run-checks.ts'
import type {RunOptions} from './run-options.ts'
import type {OpenChecks, ServiceChecks} from './service-checks.ts'
import {modeEnvironment} from './test-environment.ts'
import {startTestServices} from './test-services.ts'
import {deathReasons, testedService} from './tested-service.ts'

export interface MockRunOptions extends RunOptions {
  /** What the plugins check of their services. */
  checks: readonly ServiceChecks[]
}

/**
 * Starts every service as a stand-in, in a data folder that is gone afterwards, and runs all checks over their real wires. A service that
 * is switched on by a variable (a token) runs only where its plugin brings checks, and so a platform that stands in: a test does not speak to
 * people.
 * @throws what `startTestServices` throws
 */
export const runMock = async (options: MockRunOptions): Promise<TestReport> => {
  const {commands, checks, signal, onProgress} = options
  const finish = beginReport({mode: 'mock', ...options})
  const open = new Map<string, OpenChecks>()
  const dataDir = await mkdtemp(join(tmpdir(), 'essence-test-'))
  try {
    for (const one of checks) open.set(one.service, await one.open())
    const own = Object.assign({}, ...[...open.values()].map(({env}) => env))
    const tokens = commands.flatMap(({when}) => when ?? [])
    const {started, settings} = await startTestServices({
      ...options,
      own: {JUNE_DATA_DIR: dataDir, ...modeEnvironment('mock', options.installed), ...own},
      drop: tokens,
      wanted: () => true,
    })
    await using running = started
    const found: Check[] = []
    for (const [name, service] of running.services) {
      onProgress({type: 'step', text: `checking ${name}`})
      const mine = open.get(name)?.checks ?? [healthCheck([])]
      found.push(
        ...(await runChecks(service, mine, {settings, signal, onCheck: check => onProgress({type: 'check', check})})),
      )
    }
    const services: TestedService[] = []
    for (const service of running.services.values())
      services.push(await testedService(service, 'mock', 'essence test --mode mock'))
    return await finish({
      services,
      checks: found,
      reasons: [...reasonsOf(found, services), ...deathReasons(running.deaths)],
    })
  } finally {
    for (const {close} of open.values()) await close?.()
    await rm(dataDir, {recursive: true, force: true})
  }
}

const reasonsOf = (checks: readonly Check[], services: readonly TestedService[]): string[] => {
  const failed = checks.filter(({ok}) => !ok)
  const untested = services.filter(({name}) => !checks.some(({service}) => service === name))
  const [first] = failed
  return [
    ...(checks.length === 0 ? ['Nothing was checked.'] : []),
    ...(first
      ? [
          `${failed.length} of ${checks.length} checks failed; the first is ${first.service}, ${first.name}: ${first.detail}`,
        ]
      : []),
    ...(untested.length > 0 && checks.length > 0 ? [`Not checked: ${untested.map(({name}) => name).join(', ')}.`] : []),
  ]
}
