import {readdir, rm} from 'node:fs/promises'
import {join} from 'node:path'

/** What lies beside a tarball, by what its name has more. */
export const besideTarball = ['.sha256', '.sig', '.cdx.json'] as const

/** Names of the tarballs of a service in a folder, the newest last. A tarball comes into being with its digest beside it. */
const buildsOf = (names: readonly string[], service: string): string[] => {
  const pattern = new RegExp(`^june-${service}-\\d{8}T\\d{6}Z\\.tar\\.gz$`)
  return names.filter(name => pattern.test(name) && names.includes(`${name}.sha256`)).sort()
}

/**
 * Removes old builds of a service, never the one just made.
 * @param keep builds that stay, the new one among them
 * @returns names of the tarballs that went
 */
export const removeOldBuilds = async (
  folder: string,
  service: string,
  {keep, made}: {keep: number; made: string},
): Promise<string[]> => {
  const others = buildsOf(await readdir(folder), service).filter(name => name !== made)
  const old = others.slice(0, Math.max(0, others.length - (keep - 1)))
  for (const name of old) {
    for (const ending of ['', ...besideTarball]) await rm(join(folder, name + ending), {force: true})
  }
  return old
}
