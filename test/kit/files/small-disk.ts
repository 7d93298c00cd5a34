import {spawnSync} from 'node:child_process'
import {afterAll} from 'vitest'
import {temporaryFolder} from '../../temporary-folder.ts'

export interface SmallDisk {
  folder: string
  /** False where this user may not mount one: skip what needs it, and say so by `whyNot`. */
  mounted: boolean
  /** For the end of a test's name; empty where there is a disk. */
  whyNot: string
}

/** A disk in memory that is soon full, until the tests of the file have ended. */
export const openSmallDisk = (megabytes = 1): SmallDisk => {
  const folder = temporaryFolder()
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', folder]).status === 0
  afterAll(() => {
    // What still ends may hold it.
    if (mounted) spawnSync('umount', ['-l', folder])
  })
  return {folder, mounted, whyNot: mounted ? '' : ' (skipped: may not mount a small disk)'}
}
