import {readFile} from 'node:fs/promises'
import {dirname, join} from 'node:path'
import * as z from 'zod'
import {EssenceError, systemCodeOf} from '../kit/errors.ts'
import {atomicWrite} from '../kit/files/atomic-write.ts'
import {fileError} from '../kit/files/file-error.ts'
import {makeFolder} from '../kit/files/make-folder.ts'
import {withLock} from '../kit/files/owner-lock.ts'
import type {Voiceprint, Voiceprints} from './port.ts'

const fileSchema = z.object({
  version: z.literal(1),
  voiceprints: z.array(
    z.object({
      person: z.string().min(1),
      model: z.string().min(1),
      vector: z.array(z.number()).min(2),
      enrolledAt: z.iso.datetime(),
    }),
  ),
})

/**
 * Keeps voiceprints in `voiceprints.json` of a folder, which its owner alone may read. It is read anew for each question, so that
 * several processes agree; where nobody is enrolled there is no file.
 */
export const voiceprintFile = (dataDir: string): Voiceprints => {
  const path = join(dataDir, 'voiceprints.json')
  const change = async (changed: (kept: Voiceprint[]) => Voiceprint[]): Promise<void> => {
    try {
      await makeFolder(dirname(path))
      await withLock(`${path}.lock`, async () => {
        await atomicWrite(path, written(changed(await read(path))), {mode: 0o600, durable: true})
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
    put: voiceprint => change(kept => [...kept.filter(({person}) => person !== voiceprint.person), voiceprint]),
    all: async () => (await read(path)).toSorted((a, b) => (a.person < b.person ? -1 : 1)),
    async remove(person) {
      // A look first: who is not enrolled leaves no file and no lock behind.
      const isThere = (await read(path)).some(kept => kept.person === person)
      if (isThere) await change(kept => kept.filter(each => each.person !== person))
      return isThere
    },
  }
}

const written = (voiceprints: readonly Voiceprint[]): string =>
  `${JSON.stringify({version: 1, voiceprints: voiceprints.map(each => ({...each, vector: [...each.vector]}))})}\n`

/** @throws STORE_UNAVAILABLE for what is no such file: it is not written over */
const read = async (path: string): Promise<Voiceprint[]> => {
  try {
    const {voiceprints} = fileSchema.parse(JSON.parse(await readFile(path, 'utf8')))
    return voiceprints.map(each => ({
      ...each,
      vector: Float32Array.from(each.vector),
      enrolledAt: new Date(each.enrolledAt),
    }))
  } catch (cause) {
    if (systemCodeOf(cause) === 'ENOENT') return []
    const found = systemCodeOf(cause) ?? (cause instanceof z.ZodError ? z.prettifyError(cause) : 'it is no JSON')
    throw new EssenceError('STORE_UNAVAILABLE', `${path} cannot be read as voiceprints: ${found}.`, {
      cause,
      suggestions: ['Put a copy of it from a backup in its place, or remove it: then people enrol anew.'],
    })
  }
}
