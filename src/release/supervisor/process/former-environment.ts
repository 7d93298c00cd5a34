import {readFile, rm, writeFile} from 'node:fs/promises'
import {messageOf} from '../../../kit/errors.ts'
import type {ServiceLogs} from '../logs/service-logs.ts'
import type {SupervisorPaths} from '../paths.ts'
import type {ReleasePlan} from './release-plan.ts'

export interface FormerEnvironmentOptions {
  paths: Pick<SupervisorPaths, 'formerEnvironment'>
  logs: Pick<ServiceLogs, 'event'>
}

/** The plan with the environment it had: a restart comes after an edit of it, and what ran before is to run as it did. Never rejects. */
export const asItWas = async (
  plan: ReleasePlan,
  {paths: {formerEnvironment}, logs}: FormerEnvironmentOptions,
): Promise<ReleasePlan> => {
  const {request, environment} = plan
  if (request.envFile === undefined || environment === undefined) return plan
  const now = await readFile(request.envFile).catch(() => undefined)
  if (now?.equals(environment)) return plan
  try {
    await writeFile(formerEnvironment, environment, {mode: 0o600})
  } catch (error) {
    logs.event('error', `the environment as it was cannot be written: ${messageOf(error)}`)
    return plan
  }
  return {...plan, request: {...request, envFile: formerEnvironment}}
}

/** Nothing that runs needs it any more, and it may hold secrets. Never rejects. */
export const forgetEnvironment = async ({formerEnvironment}: FormerEnvironmentOptions['paths']): Promise<void> => {
  await rm(formerEnvironment, {force: true}).catch(() => {})
}
