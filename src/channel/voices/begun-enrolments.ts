import * as z from 'zod'
import type {Settings} from '../../config/schema.ts'
import {openShared} from '../../store/shared/open.ts'

const begunSchema = z.object({
  /** The speaker model that heard the sentences: `SpeakerRecognition.model`. */
  model: z.string(),
  /** How the sentences sound, until all are there; no sound is kept. */
  taken: z.array(z.object({vector: z.array(z.number()), speechMs: z.number()})),
  /** What was answered to which message, for one that is worked on again. */
  said: z.record(z.string(), z.string()),
  isOpen: z.boolean(),
  /** ms since the epoch, after which voice messages are questions again. */
  until: z.number(),
})

/** An enrolment that somebody is in the middle of. */
export type Begun = z.infer<typeof begunSchema>

/** Keeps the enrolments that were begun, for all processes that answer people, also after a restart. */
export interface BegunEnrolments {
  /** Erases those that have lapsed, whosever they are. @returns undefined where none was begun @throws STORE_UNAVAILABLE, as all of these */
  of(person: string, now: number): Promise<Begun | undefined>
  /** Keeps it in the place of the one before. */
  put(person: string, begun: Begun): Promise<void>
  remove(person: string): Promise<void>
  close(): Promise<void>
}

interface Row {
  person: string
  content: string
  until: number
}

/** @throws STORE_UNAVAILABLE, DISK_FULL, DATA_DIR_UNWRITABLE */
export const openBegunEnrolments = async (
  settings: Pick<Settings, 'JUNE_DATA_DIR' | 'POSTGRES_URL'>,
): Promise<BegunEnrolments> => {
  const db = await openShared({dataDir: settings.JUNE_DATA_DIR, url: settings.POSTGRES_URL})
  return {
    async of(person, now) {
      const rows = await db.run<Row>('select person, content, until from enrolments')
      if (rows.some(({until}) => until < now)) await db.run('delete from enrolments where until < ?', [now])
      const row = rows.find(each => each.person === person && each.until >= now)
      return row && begunSchema.safeParse(JSON.parse(row.content)).data
    },
    async put(person, begun) {
      await db.run(
        `insert into enrolments (person, content, until) values (?, ?, ?)
         on conflict (person) do update set content = excluded.content, until = excluded.until`,
        [person, JSON.stringify(begun), begun.until],
      )
    },
    async remove(person) {
      await db.run('delete from enrolments where person = ?', [person])
    },
    close: () => db.close(),
  }
}
