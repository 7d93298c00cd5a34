import type {SettingsGroup} from '../config/declaration.ts'
import type {ConversationScenario} from '../report/conversation-report.ts'
import type {Check, TestCase} from '../report/test-report.ts'
import type {Host} from '../service/plan-services.ts'
import type {SupervisedCommand} from '../service/supervised.ts'

/** What happens in a test, for people who wait for it. */
export type TestProgress =
  | {type: 'step'; text: string}
  | {type: 'check'; check: Check}
  | {type: 'phrase'; done: number; of: number; last: TestCase}
  | {type: 'scenario'; done: number; of: number; last: ConversationScenario}

/** What every mode of a test needs. */
export interface RunOptions {
  /** The service commands of all plugins. */
  commands: readonly SupervisedCommand[]
  /** How services are started: as this process. */
  host: Omit<Host, 'env'>
  /** What the plugins declare. */
  installed: readonly SettingsGroup[]
  /** The environment file in use, if there is one. */
  file: string | undefined
  /** The command line that runs it again. */
  command: string
  /** Version of Essence. */
  version: string
  seed: number
  /** Folder of the report; it is there. */
  folder: string
  /** ms within which every service has to be ready. */
  readyMs: number
  /** Aborting ends the test: what was found by then is its result. */
  signal: AbortSignal
  onProgress: (progress: TestProgress) => void
}
