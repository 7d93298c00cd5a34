import {access, readdir, readFile} from 'node:fs/promises'
import {join, resolve} from 'node:path'
import {EssenceError, systemCodeOf} from '../../kit/errors.ts'
import {readDigestFile} from '../../release/artifact/digest.ts'
import {readReleaseManifest} from '../../release/artifact/read-manifest.ts'
import type {ReleaseManifest} from '../../release/manifest.ts'

/** A tarball to deploy, with what lies beside it. */
export interface ChosenTarball {
  path: string
  sha256: string
  /** `<tarball>.sig`, base64. */
  signature: string | undefined
  manifest: ReleaseManifest
}

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  )

/** The newest build of a service: names end with its UTC time. */
const newestIn = async (builds: string, service: string): Promise<string | undefined> => {
  const names = await readdir(builds).catch((error: unknown) => {
    if (systemCodeOf(error) === 'ENOENT') return []
    throw error
  })
  const prefix = `june-${service}-`
  const ours = names.filter(name => name.startsWith(prefix) && /^\d.*\.tar\.gz$/.test(name.slice(prefix.length))).sort()
  const newest = ours.at(-1)
  return newest === undefined ? undefined : join(builds, newest)
}

/**
 * The tarball that is meant, with its digest, its signature and what it says of itself.
 * @param named a path, or a name in the folder of builds; without one the newest build of the service
 * @throws INPUT_NOT_FOUND; RELEASE_INVALID
 */
export const chooseTarball = async (
  service: string,
  named: string | undefined,
  builds: string,
): Promise<ChosenTarball> => {
  const candidates = named === undefined ? [] : [resolve(named), join(builds, named)]
  let path = named === undefined ? await newestIn(builds, service) : undefined
  for (const candidate of candidates) if (path === undefined && (await exists(candidate))) path = candidate
  if (path === undefined) {
    const what = named === undefined ? `There is no build of ${service} in ${builds}` : `There is no tarball ${named}`
    throw new EssenceError('INPUT_NOT_FOUND', `${what}.`, {suggestions: [`Build one: essence build ${service}`]})
  }
  const signature = await readFile(`${path}.sig`, 'utf8').catch((error: unknown) => {
    if (systemCodeOf(error) === 'ENOENT') return undefined
    throw error
  })
  const {manifest} = await readReleaseManifest(path)
  return {path, sha256: await readDigestFile(path), signature: signature?.trim(), manifest}
}

/**
 * A public key in PEM.
 * @throws INPUT_NOT_FOUND
 */
export const readVerifyKey = async (path: string): Promise<string> =>
  readFile(path, 'utf8').catch((cause: unknown) => {
    throw new EssenceError('INPUT_NOT_FOUND', `The key ${path} cannot be read.`, {
      cause,
      suggestions: ['Name the public key (PEM) that releases are signed with: --verify-key PUBLIC.pem'],
    })
  })
