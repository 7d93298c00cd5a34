import type {ServiceAtWork, ServiceCheck} from '@essence/core/proof/service-checks'

/** Runs the checks in order. @returns those that failed, with the reason of each */
export const failedChecks = async (
  service: ServiceAtWork,
  checks: readonly ServiceCheck[],
): Promise<Record<string, string>> => {
  const failed: Record<string, string> = {}
  for (const {name, run} of checks) {
    await run(service, AbortSignal.timeout(20_000)).catch(error => {
      failed[name] = String(error)
    })
  }
  return failed
}
