// What an operation on a host tells while it works.

/** Steps of a deploy in their order; progress, failures and tests speak of them by these names. */
export const deploySteps = [
  'connect',
  'lock',
  'digest',
  'signature',
  'upload',
  'unpack',
  'files',
  'commands',
  'environment',
  'start',
  'health',
  'settle',
  'switch',
  'drain',
  'prune',
] as const
export type DeployStep = (typeof deploySteps)[number]

/** What an operation tells while it works. */
export type HostEvent =
  | {
      type: 'step'
      step: DeployStep
      state: 'started' | 'done' | 'failed' | 'skipped'
      detail?: string | undefined
      ms?: number | undefined
    }
  /** Lines the service wrote. */
  | {type: 'log'; lines: string[]}
