import {createPublicKey} from 'node:crypto'
import {statfs} from 'node:fs/promises'
import {EssenceError} from '../../kit/errors.ts'
import {checkDigest} from '../artifact/digest.ts'
import {requireFit} from '../artifact/fitness.ts'
import {type OpenedManifest, readReleaseManifest} from '../artifact/read-manifest.ts'
import type {Host} from '../host/host.ts'
import type {Steps} from '../host/steps.ts'
import {verifyRelease} from '../signature.ts'
import type {DeployInput} from './port.ts'

/**
 * Checks digest and signature of a tarball, before anything in it is looked at.
 * @param pinned the key that releases of the service must be signed with, if one is pinned
 * @throws DIGEST_MISMATCH, SIGNATURE_INVALID, INPUT_NOT_FOUND, CANCELLED
 */
export const checkTarball = async (
  {service, tarball, sha256, signature}: Pick<DeployInput, 'service' | 'tarball' | 'sha256' | 'signature'>,
  pinned: string | undefined,
  steps: Steps,
  signal: AbortSignal,
): Promise<void> => {
  await steps.do('digest', async say => {
    await checkDigest(tarball, sha256, signal)
    say(`sha256 ${sha256.slice(0, 12)}…`)
  })
  const key = pinned ?? signature?.publicKey
  if (key === undefined) return steps.skip('signature', 'no key to check it with')
  await steps.do('signature', async say => {
    if (!signature) {
      throw new EssenceError('SIGNATURE_INVALID', `${tarball} is not signed; releases of ${service} must be.`, {
        suggestions: [`Sign it: essence build ${service} --sign KEY.pem`, 'Copy the .sig file beside the tarball.'],
      })
    }
    if (pinned && signature.publicKey && !isSameKey(pinned, signature.publicKey)) {
      throw new EssenceError('SIGNATURE_INVALID', `Another key is pinned for ${service} than the one given.`, {
        suggestions: [
          'Deploy what was signed with the pinned key.',
          'To change the key, remove verifyKey from service.json there.',
        ],
      })
    }
    verifyRelease(sha256, signature.value, key)
    say(pinned ? 'of the pinned key' : 'of the given key, which is pinned from now on')
  })
}

/** By what the keys are, not by how they are written. */
const isSameKey = (a: string, b: string): boolean => {
  try {
    return createPublicKey(a).equals(createPublicKey(b))
  } catch {
    return false
  }
}

/**
 * Reads the manifest of a tarball, and refuses what this machine cannot run or hold.
 * @param place an existing folder of the disk it is to go to
 * @throws RELEASE_INVALID, RELEASE_UNFIT, DISK_FULL
 */
export const openFitting = async (
  host: Host,
  {service, tarball}: Pick<DeployInput, 'service' | 'tarball'>,
  place: string,
): Promise<OpenedManifest> => {
  const opened = await readReleaseManifest(tarball)
  const {manifest} = opened
  if (manifest.service !== service) {
    throw new EssenceError(
      'RELEASE_UNFIT',
      `${tarball} is a release of ${manifest.service}; expected one of ${service}.`,
      {
        suggestions: [`Deploy it as what it is: essence deploy ${manifest.service} ${tarball}`],
      },
    )
  }
  requireFit(manifest, host.machine)
  // Every file takes up whole blocks.
  const needed = manifest.files.reduce((sum, {size}) => sum + Math.ceil(size / 4096) * 4096, 0)
  const {bavail, bsize} = await statfs(place)
  if (bavail * bsize < needed) {
    throw new EssenceError('DISK_FULL', `The release needs ${needed} bytes in ${place}; ${bavail * bsize} are free.`, {
      suggestions: ['Make room there, or choose another place: --root FOLDER'],
    })
  }
  return opened
}
