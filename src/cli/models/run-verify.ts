import type {Settings} from '../../config/schema.ts'
import {readableBytes} from '../../kit/byte-size.ts'
import {EssenceError} from '../../kit/errors.ts'
import {lockedIdNamed} from '../../models/cache/installed-named.ts'
import {readLockFile} from '../../models/cache/lock-file.ts'
import {modelStore} from '../../models/cache/store.ts'
import {verifyModels} from '../../models/cache/verify.ts'
import {downloadCommand} from '../../models/catalogue/download-command.ts'

export interface VerifyRequest {
  settings: Settings
  /** Ids, aliases or parts of ids; none: all that are installed. */
  names: readonly string[]
  log(line: string): void
  note(line: string): void
  onReport(report: unknown): void
  signal?: AbortSignal | undefined
}

/**
 * `essence models verify`.
 * @throws MODEL_INVALID when a file is missing or changed; what `lockedIdNamed` throws
 */
export const runVerify = async ({settings, names, log, note, onReport, signal}: VerifyRequest): Promise<unknown> => {
  const store = modelStore(settings)
  const locks = await readLockFile(store.lockFile)
  const ids = names.map(name => lockedIdNamed(name, locks))
  const verdicts = await verifyModels({
    store,
    ids: ids.length > 0 ? ids : undefined,
    signal,
    onFile: (id, path, bytes) => note(`${id}: reading ${path} (${readableBytes(bytes)})`),
  })
  onReport(verdicts)
  if (verdicts.length === 0) log('No model is installed.')
  for (const {id, right, files} of verdicts) {
    log(`${right ? '✓' : '✗'} ${id}`)
    for (const {path, verdict, location} of files) if (verdict !== 'right') log(`    ${path} ${verdict}: ${location}`)
  }
  const wrong = verdicts.filter(({right}) => !right).map(({id}) => id)
  if (wrong.length === 0) return verdicts
  throw new EssenceError('MODEL_INVALID', `Not as they were downloaded: ${wrong.join(', ')}.`, {
    suggestions: [`Fetch them anew: ${downloadCommand(wrong)}`],
  })
}
