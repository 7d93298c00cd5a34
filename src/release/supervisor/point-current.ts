import {rename, rm, symlink} from 'node:fs/promises'
import type {ServiceLayout} from '../host/layout.ts'

/** Points `current` at a build: whoever looks sees the old one or the new one. */
export const pointCurrent = async ({current}: ServiceLayout, build: string): Promise<void> => {
  const temporary = `${current}.new`
  await rm(temporary, {force: true})
  await symlink(`releases/${build}`, temporary)
  await rename(temporary, current)
}
