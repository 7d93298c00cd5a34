import type {Settings} from '../config/schema.ts'
import type {Voiceprint, Voiceprints} from '../speaker/port.ts'
import {voiceprintFile} from '../speaker/voiceprint-file.ts'
import {openShared} from '../store/shared/open.ts'
import type {SharedDatabase} from '../store/shared/shared.ts'

export type VoiceprintSettings = Pick<Settings, 'JUNE_DATA_DIR' | 'POSTGRES_URL'>

/** Where voiceprints are kept: a file of this machine, or the database that machines share. */
export const openVoiceprints = (settings: VoiceprintSettings): Voiceprints => {
  const file = voiceprintFile(settings.JUNE_DATA_DIR)
  return settings.POSTGRES_URL === undefined ? file : voiceprintTable(settings, file)
}

interface Row {
  person: string
  model: string
  vector: string
  enrolled_at: number
}

/** @param file of a machine that kept its own before: who is in it moves into the table */
const voiceprintTable = ({JUNE_DATA_DIR: dataDir, POSTGRES_URL: url}: VoiceprintSettings, file: Voiceprints) => {
  /** Services have it open all the time; a command opens it for this. */
  const within = async <T>(work: (db: SharedDatabase) => Promise<T>): Promise<T> => {
    const db = await openShared({dataDir, url})
    try {
      await moveIn(db)
      return await work(db)
    } finally {
      await db.close()
    }
  }
  const moveIn = async (db: SharedDatabase): Promise<void> => {
    for (const voiceprint of await file.all()) {
      await write(db, voiceprint, 'nothing')
      await file.remove(voiceprint.person)
    }
  }
  return {
    put: (voiceprint: Voiceprint) => within(db => write(db, voiceprint, newer)),
    all: () =>
      within(async db => {
        const rows = await db.run<Row>('select person, model, vector, enrolled_at from voiceprints order by person')
        return rows.map(({person, model, vector, enrolled_at: at}) => {
          return {person, model, vector: Float32Array.from(JSON.parse(vector)), enrolledAt: new Date(at)}
        })
      }),
    remove: (person: string) =>
      within(async db => {
        const gone = await db.run('delete from voiceprints where person = ? returning person', [person])
        return gone.length > 0
      }),
  }
}

const newer = 'update set model = excluded.model, vector = excluded.vector, enrolled_at = excluded.enrolled_at'

const write = async (
  db: SharedDatabase,
  {person, model, vector, enrolledAt}: Voiceprint,
  otherwise: string,
): Promise<void> => {
  await db.run(
    `insert into voiceprints (person, model, vector, enrolled_at) values (?, ?, ?, ?)
     on conflict (person) do ${otherwise}`,
    [person, model, JSON.stringify([...vector]), enrolledAt.getTime()],
  )
}
