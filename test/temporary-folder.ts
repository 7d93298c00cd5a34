import {mkdtempSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'

/** A new folder, for one test or for a whole file of them. It is gone with the file: `test/setup/environment.ts` clears what is in TMPDIR. */
export const temporaryFolder = (parent = tmpdir()): string => mkdtempSync(join(parent, 'essence-'))
