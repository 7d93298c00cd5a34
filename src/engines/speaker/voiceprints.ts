import type {Settings} from '../../config/schema.ts'
import {loadOnce} from '../../kit/load-once.ts'
import type {VectorForm, Voiceprint, Voiceprints} from '../../speaker/port.ts'
import {plainVectors, voiceprintFile} from '../../speaker/voiceprint-file.ts'
import {newCipher, sealedMark} from '../../store/encryption/cipher.ts'
import {openShared} from '../../store/shared/open.ts'
import type {SharedDatabase} from '../../store/shared/shared.ts'
import {encryptionKeysOf, type KeySettings} from '../encryption-keys.ts'

export type VoiceprintSettings = Pick<Settings, 'JUNE_DATA_DIR' | 'POSTGRES_URL'> & KeySettings

/** Where voiceprints are kept: a file of this machine, or the database that machines share; sealed where there is a key. */
export const openVoiceprints = (settings: VoiceprintSettings): Voiceprints => {
  const formOf = loadOnce(() => sealedVectors(settings))
  const file = voiceprintFile(settings.JUNE_DATA_DIR, formOf)
  return settings.POSTGRES_URL === undefined ? file : voiceprintTable(settings, file, formOf)
}

/** @throws CONFIG_INVALID */
const sealedVectors = async (settings: KeySettings): Promise<VectorForm> => {
  const cipher = newCipher(await encryptionKeysOf(settings))
  const column = 'voiceprints.vector'
  return {
    write: (vector, person) => cipher.seal(plainVectors.write(vector, person), column, {id: person, speaker: person}),
    read: (text, person) => plainVectors.read(cipher.open(text, column, {id: person, speaker: person}), person),
    isCurrent: text => (cipher.prefix === '' ? !text.startsWith(sealedMark) : text.startsWith(cipher.prefix)),
  }
}

interface Row {
  person: string
  model: string
  vector: string
  enrolled_at: number
}

/** @param file of a machine that kept its own before: who is in it moves into the table */
const voiceprintTable = (
  {JUNE_DATA_DIR: dataDir, POSTGRES_URL: url}: VoiceprintSettings,
  file: Voiceprints,
  formOf: () => Promise<VectorForm>,
): Voiceprints => {
  /** Services have it open all the time; a command opens it for this. */
  const within = async <T>(work: (db: SharedDatabase) => Promise<T>): Promise<T> => {
    const db = await openShared({dataDir, url})
    try {
      return await work(db)
    } finally {
      await db.close()
    }
  }
  const moved = <T>(work: (db: SharedDatabase, form: VectorForm) => Promise<T>): Promise<T> =>
    within(async db => {
      const form = await formOf()
      for (const voiceprint of await file.all()) {
        await write(db, form, voiceprint, 'nothing')
        await file.remove(voiceprint.person)
      }
      return work(db, form)
    })
  return {
    put: voiceprint => moved((db, form) => write(db, form, voiceprint, newer)),
    all: () =>
      moved(async (db, form) =>
        (await rowsOf(db)).map(({person, model, vector, enrolled_at: at}) => {
          return {person, model, vector: form.read(vector, person), enrolledAt: new Date(at)}
        }),
      ),
    // Without a key as well.
    async remove(person) {
      const isHere = await file.remove(person)
      const gone = await within(db => db.run('delete from voiceprints where person = ? returning person', [person]))
      return isHere || gone.length > 0
    },
    renew: () =>
      moved(async (db, form) => {
        for (const {person, vector} of await rowsOf(db)) {
          if (form.isCurrent(vector)) continue
          const written = form.write(form.read(vector, person), person)
          // Who enrols meanwhile has another one.
          await db.run('update voiceprints set vector = ? where person = ? and vector = ?', [written, person, vector])
        }
      }),
  }
}

const rowsOf = (db: SharedDatabase): Promise<Row[]> =>
  db.run<Row>('select person, model, vector, enrolled_at from voiceprints order by person')

const newer = 'update set model = excluded.model, vector = excluded.vector, enrolled_at = excluded.enrolled_at'

const write = async (
  db: SharedDatabase,
  form: VectorForm,
  {person, model, vector, enrolledAt}: Voiceprint,
  otherwise: string,
): Promise<void> => {
  await db.run(
    `insert into voiceprints (person, model, vector, enrolled_at) values (?, ?, ?, ?)
     on conflict (person) do ${otherwise}`,
    [person, model, form.write(vector, person), enrolledAt.getTime()],
  )
}
