import type {Settings} from '../../config/schema.ts'
import {messageOf} from '../../kit/errors.ts'
import {redact} from '../../kit/secret.ts'
import type {Check} from '../../report/test-report.ts'
import type {ServiceAtWork, ServiceCheck} from '../service-checks.ts'
import type {StartedService} from '../start-services.ts'

/** ms that one check may take. */
const limitMs = 20_000

/** Runs the checks of a service, one after the other. Never throws; what is left when the signal aborts is not run. */
export const runChecks = async (
  service: StartedService,
  checks: readonly ServiceCheck[],
  {settings, signal, onCheck}: {settings: Settings; signal: AbortSignal; onCheck: (check: Check) => void},
): Promise<Check[]> => {
  const {name, url, address, health} = service
  const atWork: ServiceAtWork = {name, url, address, health, settings}
  const done: Check[] = []
  for (const check of checks) {
    if (signal.aborted) break
    const result = await runCheck(check, atWork, signal)
    if (!result) break
    done.push(result)
    onCheck(result)
  }
  return done
}

/** Undefined where it was cancelled. */
const runCheck = async (
  {name, run}: ServiceCheck,
  service: ServiceAtWork,
  signal: AbortSignal,
): Promise<Check | undefined> => {
  const began = performance.now()
  const limit = AbortSignal.timeout(limitMs)
  const over = Promise.withResolvers<never>()
  limit.addEventListener('abort', () => over.reject(new Error(`no result within ${limitMs / 1000} s`)))
  const detail = await Promise.race([run(service, AbortSignal.any([signal, limit])), over.promise]).then(
    () => undefined,
    (error: unknown) => redact(messageOf(error)),
  )
  if (signal.aborted) return undefined
  const ms = Math.round(performance.now() - began)
  return {service: service.name, name, ok: detail === undefined, ms, detail}
}
