import {appendFile, readFile} from 'node:fs/promises'
import * as z from 'zod'
import {describeFailure} from '../host/failure.ts'
import type {Host} from '../host/host.ts'
import {type ServiceLayout, serviceLayout} from '../host/layout.ts'
import type {HistoryEntry, OperationHandler} from './port.ts'

const entrySchema = z.object({
  at: z.string(),
  action: z.enum(['deploy', 'rollback', 'start', 'stop', 'restart']),
  build: z.string().optional(),
  previous: z.string().optional(),
  ok: z.boolean(),
  error: z.string().optional(),
  by: z.string(),
  ms: z.number(),
}) satisfies z.ZodType<HistoryEntry>

/** What is filled in while something is done. */
export type HistoryNotes = Pick<HistoryEntry, 'build' | 'previous'>

/** Does something to a service and writes a line about it, whether it succeeds or fails. */
export const withHistory = async <T>(
  {by}: Host,
  layout: ServiceLayout,
  action: HistoryEntry['action'],
  work: (notes: HistoryNotes) => Promise<T>,
): Promise<T> => {
  const notes: HistoryNotes = {}
  const started = performance.now()
  const write = async (outcome: Pick<HistoryEntry, 'ok' | 'error'>): Promise<void> => {
    const ms = Math.round(performance.now() - started)
    const entry: HistoryEntry = {at: new Date().toISOString(), action, ...notes, ...outcome, by, ms}
    // What is done is done, and what failed must be told: a line that cannot be written, as on a full disk, changes neither.
    await appendFile(layout.history, `${JSON.stringify(entry)}\n`).catch(() => {})
  }
  try {
    const result = await work(notes)
    await write({ok: true})
    return result
  } catch (error) {
    const {code, message} = describeFailure(error)
    await write({ok: false, error: `${code}: ${message}`})
    throw error
  }
}

/** The last entries, oldest first; a line that a crash cut off is left out. */
export const history =
  (host: Host): OperationHandler<'history'> =>
  async ({service, last}) => {
    const text = await readFile(serviceLayout(host.root, service).history, 'utf8').catch(() => '')
    const entries = text.split('\n').flatMap(line => {
      try {
        const parsed = entrySchema.safeParse(JSON.parse(line))
        return parsed.success ? [parsed.data] : []
      } catch {
        return []
      }
    })
    return last > 0 ? entries.slice(-last) : []
  }
