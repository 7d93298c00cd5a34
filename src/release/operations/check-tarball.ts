import {createPublicKey} from 'node:crypto'
import {statfs} from 'node:fs/promises'
import {EssenceError} from '../../kit/errors.ts'
import {checkDigest} from '../artifact/digest.ts'
import {requireFit} from '../artifact/fitness.ts'
import {type OpenedManifest, readReleaseManifest} from '../artifact/read-manifest.ts'
import type {Host} from '../host/host.ts'
import type {Steps} from '../host/steps.ts'
import {outlineOf, type ReleaseOutline} from '../manifest.ts'
import {verifyRelease} from '../signature.ts'
import type {DeployInput} from './port.ts'

/**
 * Checks digest and signature of a tarball, before anything in it is looked at.
 * @param pinned the key that releases of the service must be signed with, if one is pinned
 * @throws DIGEST_MISMATCH, SIGNATURE_INVALID, INPUT_NOT_FOUND, CANCELLED
 */
export const checkTarball = async (
  input: Pick<DeployInput, 'service' | 'tarball' | 'sha256' | 'signature'>,
  pinned: string | undefined,
  steps: Steps,
  signal: AbortSignal,
): Promise<void> => {
  await steps.do('digest', async say => {
    await checkDigest(input.tarball, input.sha256, signal)
    say(shortDigest(input.sha256))
  })
  await checkSignature(input, pinned, steps)
}

/** For people. */
export const shortDigest = (sha256: string): string => `sha256 ${sha256.slice(0, 12)}…`

/**
 * Checks whether who signed a digest is who must have signed it.
 * @param pinned as above
 * @throws SIGNATURE_INVALID
 */
export const checkSignature = async (
  {service, sha256, signature}: Pick<DeployInput, 'service' | 'sha256' | 'signature'>,
  pinned: string | undefined,
  steps: Steps,
): Promise<void> => {
  const key = pinned ?? signature?.publicKey
  if (key === undefined) return steps.skip('signature', 'no key to check it with')
  await steps.do('signature', async say => {
    if (!signature) {
      throw new EssenceError('SIGNATURE_INVALID', `The tarball is not signed; releases of ${service} must be.`, {
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
  await requireFitting(host, outlineOf(manifest), place)
  return opened
}

/**
 * Refuses a release that this machine cannot run or hold.
 * @param place an existing folder of the disk it is to go to
 * @throws RELEASE_UNFIT, DISK_FULL
 */
export const requireFitting = async (
  {machine}: Host,
  {diskBytes, ...release}: Pick<ReleaseOutline, 'service' | 'platform' | 'node' | 'diskBytes'>,
  place: string,
): Promise<void> => {
  requireFit(release, machine)
  const {bavail, bsize} = await statfs(place)
  if (bavail * bsize >= diskBytes) return
  throw new EssenceError('DISK_FULL', `The release needs ${diskBytes} bytes in ${place}; ${bavail * bsize} are free.`, {
    suggestions: ['Make room there, or choose another place: --root FOLDER'],
  })
}
