import {readFile} from 'node:fs/promises'
import {dirname, join} from 'node:path'
import * as z from 'zod'
import {EssenceError, systemCodeOf} from '../kit/errors.ts'
import {atomicWrite} from '../kit/files/atomic-write.ts'
import {fileError} from '../kit/files/file-error.ts'
import {makeFolder} from '../kit/files/make-folder.ts'
import {withLock} from '../kit/files/owner-lock.ts'
import type {VectorForm, Voiceprint, Voiceprints} from './port.ts'

const vectorSchema = z.array(z.number()).min(2)

const keptSchema = z.object({
  person: z.string().min(1),
  model: z.string().min(1),
  /** A text: it is sealed. */
  vector: z.union([vectorSchema, z.string().min(1)]),
  enrolledAt: z.iso.datetime(),
})
type Kept = z.infer<typeof keptSchema>

const fileSchema = z.object({version: z.literal(1), voiceprints: z.array(keptSchema)})

/** Vectors as they are, in JSON. */
export const plainVectors: VectorForm = {
  write: vector => JSON.stringify([...vector]),
  read(text, person) {
    try {
      return Float32Array.from(vectorSchema.parse(JSON.parse(text)))
    } catch (cause) {
      const message = `What is kept of the voice of ${person} is no vector.`
      throw new EssenceError('STORE_UNAVAILABLE', message, {cause, suggestions: ['Erase it, and enrol anew.']})
    }
  },
  isCurrent: () => true,
}

/**
 * Keeps voiceprints in `voiceprints.json` of a folder, which its owner alone may read. It is read anew for each question, so that
 * several processes agree; where nobody is enrolled there is no file.
 * @param formOf how vectors are written
 */
export const voiceprintFile = (
  dataDir: string,
  formOf = async (): Promise<VectorForm> => plainVectors,
): Voiceprints => {
  const path = join(dataDir, 'voiceprints.json')
  const change = async (changed: (kept: Kept[]) => Kept[]): Promise<void> => {
    try {
      await makeFolder(dirname(path))
      await withLock(`${path}.lock`, async () => {
        const text = JSON.stringify({version: 1, voiceprints: changed(await read(path))})
        await atomicWrite(path, `${text}\n`, {mode: 0o600, durable: true})
      })
    } catch (error) {
      throw fileError(error, {
        what: path,
        code: 'DATA_DIR_UNWRITABLE',
        full: ['Make room on it.'],
        refused: ['See to it that JUNE_DATA_DIR may be written.'],
      })
    }
  }
  return {
    async put(voiceprint) {
      const written = keptOf(voiceprint, await formOf())
      await change(kept => [...kept.filter(({person}) => person !== voiceprint.person), written])
    },
    async all() {
      const kept = await read(path)
      const form = await formOf()
      return kept.map(each => voiceprintOf(each, form)).toSorted((a, b) => (a.person < b.person ? -1 : 1))
    },
    async remove(person) {
      // A look first: who is not enrolled leaves no file and no lock behind.
      const isThere = (await read(path)).some(kept => kept.person === person)
      if (isThere) await change(kept => kept.filter(each => each.person !== person))
      return isThere
    },
    async renew() {
      const kept = await read(path)
      const form = await formOf()
      if (kept.every(({vector}) => form.isCurrent(textOf(vector)))) return
      await change(now => now.map(each => keptOf(voiceprintOf(each, form), form)))
    },
  }
}

const textOf = (vector: Kept['vector']): string => (typeof vector === 'string' ? vector : JSON.stringify(vector))

const keptOf = ({enrolledAt, ...voiceprint}: Voiceprint, form: VectorForm): Kept => {
  const text = form.write(voiceprint.vector, voiceprint.person)
  const vector: Kept['vector'] = text.startsWith('[') ? JSON.parse(text) : text
  return {...voiceprint, vector, enrolledAt: enrolledAt.toISOString()}
}

/** @throws DECRYPTION_FAILED, STORE_UNAVAILABLE */
const voiceprintOf = ({vector, enrolledAt, ...kept}: Kept, form: VectorForm): Voiceprint => ({
  ...kept,
  vector: form.read(textOf(vector), kept.person),
  enrolledAt: new Date(enrolledAt),
})

/** @throws STORE_UNAVAILABLE for what is no such file: it is not written over */
const read = async (path: string): Promise<Kept[]> => {
  try {
    return fileSchema.parse(JSON.parse(await readFile(path, 'utf8'))).voiceprints
  } catch (cause) {
    if (systemCodeOf(cause) === 'ENOENT') return []
    const found = systemCodeOf(cause) ?? (cause instanceof z.ZodError ? z.prettifyError(cause) : 'it is no JSON')
    throw new EssenceError('STORE_UNAVAILABLE', `${path} cannot be read as voiceprints: ${found}.`, {
      cause,
      suggestions: ['Put a copy of it from a backup in its place, or remove it: then people enrol anew.'],
    })
  }
}
