import {createPrivateKey, createPublicKey, type KeyObject, sign, verify} from 'node:crypto'
import {EssenceError} from '../kit/errors.ts'

/**
 * What is signed: the digest, so that neither side holds a tarball of gigabytes in memory. Others can check it:
 * `printf 'june-release %s\n' "$(cut -c1-64 x.tar.gz.sha256)" >message`, then `openssl pkeyutl -verify -rawin …`.
 */
const signedMessage = (sha256: string): Buffer => Buffer.from(`june-release ${sha256}\n`)

const ed25519 = (what: string, read: () => KeyObject): KeyObject => {
  let key: KeyObject | undefined
  try {
    key = read()
  } catch {
    // Its reason could quote the key.
  }
  if (key?.asymmetricKeyType === 'ed25519') return key
  throw new EssenceError('SIGNATURE_INVALID', `The ${what} is not an Ed25519 key in PEM.`, {
    suggestions: ['Make a pair: openssl genpkey -algorithm ed25519 -out key.pem; openssl pkey -in key.pem -pubout'],
  })
}

/**
 * Signs a release by the digest of its tarball.
 * @param sha256 hex
 * @returns base64
 * @throws SIGNATURE_INVALID when the key is not an Ed25519 private key
 */
export const signRelease = (sha256: string, privateKeyPem: string): string =>
  sign(
    null,
    signedMessage(sha256),
    ed25519('signing key', () => createPrivateKey(privateKeyPem)),
  ).toString('base64')

/**
 * Checks the signature of a release.
 * @param signature base64
 * @throws SIGNATURE_INVALID
 */
export const verifyRelease = (sha256: string, signature: string, publicKeyPem: string): void => {
  if (publicKeyPem.includes('PRIVATE KEY')) {
    throw new EssenceError('SIGNATURE_INVALID', 'The verifying key is a private key; expected the public one.', {
      suggestions: ['Make it of the private one: openssl pkey -in key.pem -pubout -out key.pub.pem'],
    })
  }
  const key = ed25519('verifying key', () => createPublicKey(publicKeyPem))
  if (verify(null, signedMessage(sha256), key, Buffer.from(signature, 'base64'))) return
  throw new EssenceError('SIGNATURE_INVALID', 'The signature of the tarball is not of the key it must be of.', {
    suggestions: [
      'Deploy what was built with the fitting key: essence build SERVICE --sign KEY',
      'Do not deploy it otherwise.',
    ],
  })
}
