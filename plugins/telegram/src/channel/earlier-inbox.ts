import {readdir, readFile, rename, rm} from 'node:fs/promises'
import {join} from 'node:path'
import type {ChannelIntake} from '@essence/core/channel/delivery/adapter'
import {type Jobs, progressSchema} from '@essence/core/channel/delivery/job'
import {storageError} from '@essence/core/channel/storage-error'
import {systemCodeOf} from '@essence/core/kit/errors'
import type {Log} from '@essence/core/service/log'
import * as z from 'zod'
import {incomingSchema, type Pending, pendingSchema} from '../incoming.ts'
import {type Part, partSchema} from '../outgoing.ts'

/** What Telegram can no longer repeat need not be known; what was not answered for a day is not answered any more. */
const hourMs = 3_600_000
const [keepDoneMs, maxAgeMs] = [48 * hourMs, 24 * hourMs]

const states = z.enum(['received', 'working', 'suspect', 'sending', 'done'])
const receivedAt = z.number()

/** A message as earlier versions kept it, in a file of its own; the first of them named it otherwise. */
const entrySchema = z.union([
  z.object({
    id: z.string(),
    ...{state: states, receivedAt},
    message: pendingSchema.optional(),
    sending: progressSchema(partSchema).optional(),
  }),
  z
    .object({updateId: z.int(), state: states, receivedAt, incoming: incomingSchema.optional()})
    .transform(({updateId, incoming, ...entry}) => ({
      ...{...entry, id: String(updateId), message: incoming},
      sending: undefined,
    })),
])

type Entry = z.infer<typeof entrySchema> & {path: string}

export interface EarlierInboxOptions {
  /** Folder of the bot. */
  folder: string
  jobs: Pick<Jobs<Pending, Part>, 'receive' | 'drop'>
  channel: Pick<ChannelIntake<Pending>, 'laneOf'>
  now: () => number
  log: Log
}

/**
 * Takes over what waits in the folder `inbox`, where earlier versions kept messages; then the folder goes. A message is stored before its
 * file goes: after a crash in between it is known already.
 * @throws STORE_UNAVAILABLE, DISK_FULL, DATA_DIR_UNWRITABLE
 */
export const takeEarlierInbox = async ({folder, ...options}: EarlierInboxOptions): Promise<void> => {
  const inbox = join(folder, 'inbox')
  const names = await readdir(inbox).catch(error => {
    if (systemCodeOf(error) === 'ENOENT') return undefined
    throw storageError(inbox, error)
  })
  if (!names) return
  const {log} = options
  try {
    const entries = await readAll(inbox, names, log)
    for (const entry of entries) {
      await take(entry, options)
      await rm(entry.path)
    }
    const isClean = !(await readdir(inbox)).some(name => name.endsWith('.unreadable'))
    if (isClean) await rm(inbox, {recursive: true})
    const waiting = entries.filter(({state}) => state !== 'done').length
    log.info({messages: waiting}, 'messages that waited for an earlier version were taken over')
  } catch (error) {
    throw storageError(inbox, error)
  }
}

/** In the order in which they came. */
const readAll = async (inbox: string, names: readonly string[], log: Log): Promise<Entry[]> => {
  const entries: Entry[] = []
  for (const path of names.filter(name => name.endsWith('.json')).map(name => join(inbox, name))) {
    const entry = parsed(await readFile(path, 'utf8'))
    if (entry) {
      entries.push({...entry, path})
      continue
    }
    await rename(path, `${path}.unreadable`)
    log.error({file: `${path}.unreadable`}, 'a stored message is unreadable; it was set aside and is not answered')
  }
  // Telegram numbers what it brings: a longer id is a later one.
  return entries.sort((a, b) => a.receivedAt - b.receivedAt || a.id.length - b.id.length || (a.id < b.id ? -1 : 1))
}

const parsed = (text: string) => {
  try {
    return entrySchema.safeParse(JSON.parse(text)).data
  } catch {
    return undefined
  }
}

const take = async (
  {id, state, receivedAt, message, sending}: Entry,
  {jobs, channel, now}: Omit<EarlierInboxOptions, 'folder'>,
): Promise<void> => {
  const isReminder = id.startsWith('reminder-')
  const ageMs = now() - receivedAt
  if (state === 'done' || !message || (ageMs > maxAgeMs && !isReminder)) {
    if (ageMs > keepDoneMs) return
    // Only its id is of use: where it comes again it is known.
    await jobs.receive({id, lane: `${id}-done`, message: message ?? nothing(id)})
    await jobs.drop([id])
    return
  }
  // What was being sent by a version that noted no more may be there or not.
  const unknown = {parts: [], next: 0, inFlight: true, uncertain: true}
  const progress = state === 'sending' ? (sending ?? unknown) : undefined
  await jobs.receive({id, lane: channel.laneOf(message), message, receivedAt, progress})
}

const nothing = (id: string): Pending => ({
  ...{updateId: Number(id) || 0, chatId: 0, messageId: 0, userId: ''},
  content: {kind: 'unsupported'},
})
