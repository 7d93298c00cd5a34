import {rm, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {makeFolder} from '../kit/files/make-folder.ts'
import type {TestCase} from '../report/test-report.ts'

/** Name of the folder within that of the report. */
const name = 'audio'

/** A name for files, of an id from outside. */
const fileName = (id: string): string => id.replace(/[^\w.-]+/g, '_').slice(0, 100)

/** The sound of a run: everything while it runs, so that the worst of it can be kept at the end. */
export const openKeptAudio = async (folder: string) => {
  await makeFolder(join(folder, name))
  const files = new Set<string>()
  return {
    /** @returns path from the folder of the report. @throws the system's error */
    async keep(index: number, id: string, which: 'input' | 'output', bytes: Uint8Array): Promise<string> {
      const path = `${name}/${index + 1}-${fileName(id)}-${which}.ogg`
      await writeFile(join(folder, path), bytes)
      files.add(path)
      return path
    },
    /** Leaves only what these cases name. */
    async prune(cases: readonly TestCase[]): Promise<void> {
      const wanted = new Set(cases.flatMap(({audio}) => [audio?.input, audio?.output]))
      for (const file of files) if (!wanted.has(file)) await rm(join(folder, file), {force: true})
      if (wanted.size === 0) await rm(join(folder, name), {recursive: true, force: true})
    },
  }
}

export type KeptAudio = Awaited<ReturnType<typeof openKeptAudio>>
