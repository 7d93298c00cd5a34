import type {EngineInfo} from '../compute/engine-info.ts'
import {engineReport} from '../engines/engine-report.ts'
import type {TestedService} from '../report/test-report.ts'
import type {Death, StartedService} from './start-services.ts'

/** Which engine of a service is its own: the others belong to services it uses. */
const ownEngine = (service: StartedService): EngineInfo | undefined => {
  const {engines = []} = service.summary
  return engines.length === 1 ? engines[0]?.info : engines.find(({role}) => role === 'llm')?.info
}

/** A service that was started for a test. */
export const testedService = async (
  service: StartedService,
  mode: TestedService['mode'],
  why: string,
): Promise<TestedService> => {
  const {name, url, address, startMs} = service
  const info = ownEngine(service)
  return {name, mode, why, running: false, url: address ?? url, startMs, engine: info && (await engineReport(info))}
}

/** A service that ran already. */
export const runningService = async (
  name: string,
  url: string,
  mode: TestedService['mode'],
  info?: EngineInfo,
): Promise<TestedService> => ({
  ...{name, mode, why: `at ${url}, by --url`, running: true, url},
  engine: info && (await engineReport(info)),
})

export const deathReasons = (deaths: readonly Death[]): string[] =>
  deaths.map(({name, reason}) => `The service ${name} ended in the middle of the test: ${reason}`)
